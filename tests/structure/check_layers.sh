#!/usr/bin/env bash
# Folders are layers: app -> widgets -> core. Checks what files include and what the built libraries link.
# usage: check_layers.sh SOURCE_DIR BINARY_DIR
set -u
cd "$1" || exit 1
binary=$2
failures=0
fail() {
    echo "FAILED: $1"
    failures=$((failures + 1))
}
# includes FOLDER PATTERN: lines below FOLDER that include something matching PATTERN
includes() { grep -rnE --include='*.h' --include='*.cpp' "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($2)" "$1"; }

found=$(includes core 'Q[A-Z]|qcustomplot|widgets/|app/') && fail "core sees Qt or an upper layer: $found"
found=$(includes widgets 'app/|torch/|ATen/|c10/|core/torch/') && fail "widgets see app or LibTorch: $found"
found=$(includes app/cli 'Q[A-Z]|qcustomplot|widgets/|app/window/') && fail "the command line sees Qt: $found"
found=$(includes app 'torch/|ATen/|c10/') && fail "app includes LibTorch: $found"

torch_files=$(grep -rlE --include='*.h' --include='*.cpp' '#include *[<"](torch|ATen|c10)/' app core widgets tests)
[ "$(printf '%s\n' "$torch_files" | grep -c .)" -le 5 ] || fail "LibTorch is included by more than five files: $torch_files"
found=$(includes core 'torch/(torch|all|extension)\.h') && fail "all of LibTorch is included, 15 s a file: $found"
for file in $torch_files; do
    case $file in core/torch/*) ;; *) fail "LibTorch is included outside core/torch: $file" ;; esac
done

# Inside core the folders depend on each other in the order of core/CMakeLists.txt only.
order="base io catalog xp model train mock analysis plot bench torch"
for folder in $order; do
    later=${order#*"$folder"}
    for other in $later; do
        # The engines of LibTorch implement what model and train declare.
        found=$(includes "core/$folder" "core/$other/") && fail "core/$folder sees core/$other, which comes later: $found"
    done
done

# The link lines say the same: neither Qt nor LibTorch is needed by the core library.
needed=$(readelf -d "$binary/lib/libzscape_core.so" | grep NEEDED)
echo "$needed" | grep -qiE 'Qt|torch|c10' && fail "libzscape_core.so links $needed"
if [ -x "$binary/zscape" ]; then
    readelf -d "$binary/zscape" | grep NEEDED | grep -qiE 'torch|c10' && fail "zscape links LibTorch at start"
fi
[ "$failures" -eq 0 ] && echo "layers hold"
exit "$failures"
