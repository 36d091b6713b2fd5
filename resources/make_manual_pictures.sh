#!/bin/sh
# Makes the pictures of the manual's pages anew, from the window itself: resources/manual/*.png, and with the published
# model and real stars (ZSCAPE_SHARED_DATA) the README's resources/pictures/window.png.
#
#     resources/make_manual_pictures.sh [build/release/zscape]
#
# Stars are those of a mock catalogue, and every picture of them says so. No display is needed; the same program gives
# the same bytes, but for training.png, which tells a time that was measured. Wants pngquant (64 colours, about a
# third of the size).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
zscape=${1:-$root/build/release/zscape}
command -v pngquant > /dev/null || { echo "pngquant is missing; on Debian: apt install pngquant" >&2; exit 1; }

# A folder whose name may be seen in a picture; settings and caches of whoever runs this stay out.
work=/tmp/zscape-manual
rm -rf "$work"
mkdir -p "$work/home"
trap 'rm -rf "$work"' EXIT
export HOME="$work/home" XDG_CONFIG_HOME="$work/home/config" XDG_CACHE_HOME="$work/home/cache"
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8
unset DISPLAY WAYLAND_DISPLAY
cd "$work"
model=$root/models/demo.h5
"$zscape" mock --stars 21000 --seed 1 --layout native mock-stars.h5
cp "$model" demo.h5

# The first star that a formula holds.
star() {
    "$zscape" select mock-stars.h5 --where "$1" --out one.csv > /dev/null
    sed -n '/^[0-9]/{p;q}' one.csv | cut -d, -f1
}
# picture NAME ARGUMENTS...: resources/manual/NAME.png
picture() {
    name=$1
    shift
    "$zscape" "$@" --screenshot "$work/$name.png"
    pngquant --speed 1 --strip --force --output "$root/resources/manual/$name.png" 64 "$work/$name.png"
    echo "$name.png $(stat -c %s "$root/resources/manual/$name.png") bytes"
}

giant=$(star 'TEFF > 4600 && TEFF < 4700 && LOGG < 2.4 && GAIAEDR3_PHOT_G_MEAN_MAG < 12')
stars="mock-stars.h5 --model demo.h5 --size 1500x940"
picture start $stars --star "$giant"
picture views $stars --views corner,histogram,kiel
picture selections $stars --select "high alpha,low alpha" --views alpha
picture tracks $stars --tracks ms,gb --panels tracks --views kiel
picture generate $stars --star "$giant" --panels response
picture errors mock-stars.h5 --model demo.h5 --size 1500x1080 --star "$giant" --panels comparison
picture training $stars --dialog train
picture figures $stars --dialog figure:kiel-latent

"$zscape" select mock-stars.h5 --named "full" --out labels.csv --columns TEFF,LOGG,M_H,ALPHA_M,J,H,K > /dev/null
mv mock-stars.h5 mock-spectra.h5
picture import --size 1500x940 --dialog import --spectra mock-spectra.h5 --labels labels.csv
mv mock-spectra.h5 mock-stars.h5

# A session as the window writes it, in the dark theme.
cat > evening.zscape << 'END'
{"format": "zscape session", "version": 1,
 "catalogue": {"path": "mock-stars.h5", "hash": ""}, "model": {"path": "demo.h5", "hash": ""},
 "map": {"x": "z1", "y": "z2", "colour": "TEFF"},
 "selections": {"format": "zscape selections", "version": 1, "selections": [
   {"name": "metal poor", "colour": "#e69f00", "visible": true,
    "definition": {"type": "expression", "expression": "M_H < -1"}}]},
 "views": [{"kind": "scatter", "title": "Kiel diagram", "columns": ["TEFF", "LOGG"], "colour": "M_H",
            "flip_x": true, "flip_y": true}]}
END
picture sessions evening.zscape --size 1500x940 --theme dark

if [ -n "${ZSCAPE_SHARED_DATA:-}" ]; then
    data=$ZSCAPE_SHARED_DATA
    "$zscape" "$data/gaia/field_2000.h5" --model "$data/published/epoch_5000/weight.pt" \
        --norm "$data/published/recovered_norm.npz" --x z3 --y z5 --colour BP-RP --star 66627828480768 \
        --size 1600x960 --screenshot window.png
    pngquant --speed 1 --strip --force --output "$root/resources/pictures/window.png" 256 window.png
    echo "window.png $(stat -c %s "$root/resources/pictures/window.png") bytes"
fi
