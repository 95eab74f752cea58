#!/bin/sh
# Bundles the telephone of the panel: web/phone/build.sh BIN, with node and npm in the folder BIN. Third-party code comes
# from the lock file (with its digests) into .build/phone, and never into the repository; no script of a package is run.
set -eu
PATH="$1:$PATH"
export NODE_OPTIONS=--use-system-ca  # the machine's certificates, as pip and apt use them
made=.build/phone
mkdir -p "$made" .build/web
cp web/phone/package.json web/phone/package-lock.json "$made"
npm ci --prefix "$made" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
NODE_PATH="$made/node_modules" "$made/node_modules/.bin/esbuild" phone=web/phone/main.js try=web/phone/try.js \
  --bundle --minify --format=esm --target=es2022 --legal-comments=eof --log-level=warning --outdir="$made"
for script in phone.js try.js; do
  gzip -9 -n -c "$made/$script" >"$made/$script.gz"
  mv "$made/$script.gz" "$made/$script" .build/web/
done
