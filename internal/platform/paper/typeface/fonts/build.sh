#!/bin/sh
# Makes the font files of this folder. README.md lists the packages that it needs.
set -eu
cd "$(dirname "$0")"
noto=/usr/share/fonts/truetype/noto
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# subset NAME SOURCE CHARACTERS [OPTION...] writes the subset of a font to NAME.ttf.zst.
subset() {
	name=$1 source=$2 characters=$3
	shift 3
	pyftsubset "$source" --output-file="$work/$name.ttf" --unicodes="$characters" --no-hinting --notdef-outline \
		--name-IDs=0,1,2,3,4,5,6,13,14 --drop-tables+=FFTM,DSIG,hdmx,VDMX,LTSH,vhea,vmtx,BASE,STAT "$@"
	zstd --ultra -22 -q -f "$work/$name.ttf" -o "$name.ttf.zst"
}

latin=U+0020-007E,U+00A0-03FF,U+0400-052F,U+1E00-206F,U+2070-20CF,U+2100-22FF,U+25CC,U+2C60-2C7F,U+A720-A7FF
for weight in Regular Bold; do
	subset NotoSans-$weight $noto/NotoSans-$weight.ttf $latin,U+FB00-FB06,U+FFFC-FFFD --layout-features='*'
done
for script in Arabic Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada Khmer Lao Malayalam \
	Myanmar Sinhala Tamil Telugu Thai; do
	subset NotoSans$script-Regular $noto/NotoSans$script-Regular.ttf '*' --layout-features='*'
done
subset NotoSansMath-Regular $noto/NotoSansMath-Regular.ttf U+2100-214F,U+2190-22FF,U+27C0-27FF,U+2900-2AFF
subset NotoSansSymbols-Regular $noto/NotoSansSymbols-Regular.ttf U+2190-27FF,U+2B00-2BFF
subset NotoSansSymbols2-Regular $noto/NotoSansSymbols2-Regular.ttf U+2190-27BF,U+2900-29FF,U+2B00-2BFF
subset DroidSansFallback-Regular /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf \
	U+2E80-2FDF,U+3000-312F,U+3190-A4CF,U+F900-FAFF,U+FE30-FE4F,U+FF00-FFEF \
	--layout-features= --drop-tables+=GSUB,GPOS,GDEF,gasp,fpgm,prep
(cd "$work" && for package in kr emoji; do
	npm pack --silent @fontsource/noto-$(test $package = kr && echo sans-kr || echo emoji) | xargs tar xzf && mv package $package
done)
subset NotoSansKR-Regular "$work/kr/files/noto-sans-kr-korean-400-normal.woff2" \
	U+1100-11FF,U+3130-318F,U+A960-A97F,U+AC00-D7FF --layout-features=ccmp,ljmo,vjmo,tjmo
subset NotoEmoji-Regular "$work/emoji/files/noto-emoji-emoji-400-normal.woff2" '*' --layout-features='*'
