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
found=$(includes app/samp 'widgets/|app/window/|core/[^b]|QWidget|QtWidgets') && fail "SAMP sees stars or windows: $found"
found=$(includes app 'torch/|ATen/|c10/') && fail "app includes LibTorch: $found"

# LibTorch stays in at most three .cpp files of core/torch. A file sees it by an include of its own or by a header that
# does, whose name counts however it is spelled (core/torch/x.h, ../torch/x.h, x.h); so headers are followed until no
# further file is found.
names='(torch|ATen|c10|caffe2)/'
torch_files=
while :; do
    seen=$(for folder in app core widgets tests; do includes "$folder" "$names"; done | cut -d: -f1 | sort -u)
    [ "$seen" = "$torch_files" ] && break
    torch_files=$seen
    for header in $(printf '%s\n' "$seen" | grep '\.h$'); do
        names="$names|([^\">]*/)?$(basename "$header" .h)\\.h[\">]"
    done
done
torch_sources=$(printf '%s\n' "$torch_files" | grep '\.cpp$')
[ "$(printf '%s\n' "$torch_sources" | grep -c .)" -le 3 ] ||
    fail "LibTorch is seen by more than three .cpp files: $torch_sources"
for file in $torch_files; do
    case $file in core/torch/*) ;; *) fail "LibTorch is seen outside core/torch: $file" ;; esac
done
direct=$(for folder in app core widgets tests; do includes "$folder" '(torch|ATen|c10|caffe2)/'; done | cut -d: -f1 | sort -u)
[ "$direct" = core/torch/torch_support.h ] || fail "LibTorch is included by others than core/torch/torch_support.h: $direct"
found=$(includes core 'torch/(torch|all|extension)\.h') && fail "all of LibTorch is included, 15 s a file: $found"

# Inside core the folders depend on each other in the order of core/CMakeLists.txt only.
order="base io catalog xp model train mock analysis plot explore select build bench torch mpi"
for folder in $order; do
    later=${order#*"$folder"}
    for other in $later; do
        # The engines of LibTorch implement what model and train declare.
        found=$(includes "core/$folder" "core/$other/") && fail "core/$folder sees core/$other, which comes later: $found"
    done
done

mpi_files=$(grep -rlE --include='*.h' --include='*.cpp' '#include *[<"]mpi\.h' app core widgets tests)
[ "$mpi_files" = core/mpi/module.cpp ] || fail "MPI is included outside core/mpi/module.cpp: $mpi_files"

# The link lines say the same: none of Qt, LibTorch and MPI is needed by the core library.
needed=$(readelf -d "$binary/lib/libzscape_core.so" | grep NEEDED)
[ -n "$needed" ] || fail "libzscape_core.so is not built"
echo "$needed" | grep -qiE 'Qt|torch|c10|libmpi|zscape_mpi' && fail "libzscape_core.so links $needed"
if [ -x "$binary/zscape" ]; then
    readelf -d "$binary/zscape" | grep NEEDED | grep -qiE 'torch|c10|libmpi|zscape_mpi' && fail "zscape links LibTorch or MPI at start"
fi
[ "$failures" -eq 0 ] && echo "layers hold"
exit "$failures"
