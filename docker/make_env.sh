#!/bin/sh
# Write docker/.env from .env.example, with a fresh random secret (32 bytes, url-safe base64, which is also what a
# Fernet key is) wherever a value is empty.
set -eu
cd "$(dirname "$0")"
if [ -e .env ]; then
    echo "docker/.env: it is there already. Its passwords are those of the databases; remove it only with them." >&2
    exit 2
fi
umask 077
while IFS= read -r line; do
    case $line in
        [A-Z]*=) printf '%s%s\n' "$line" "$(head -c 32 /dev/urandom | base64 -w 0 | tr '+/' '-_')" ;;
        *) printf '%s\n' "$line" ;;
    esac
done <.env.example >.env.new
mv .env.new .env
