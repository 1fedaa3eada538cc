#!/bin/sh
# A CGI script that receives results. The web server puts the headers into HTTP_..., the body comes on standard input.
# SECRET: whsec_... of the account, RESULTS: the folder for results
set -eu

refuse() {
  printf 'Status: 400\r\nContent-Type: text/plain\r\n\r\n%s\n' "$1"
  exit
}

body=$(mktemp)
trap 'rm -f "$body"' EXIT
cat >"$body"

age=$(($(date +%s) - HTTP_WEBHOOK_TIMESTAMP))
[ "${age#-}" -le 300 ] || refuse "the timestamp is too old, or of the future"

key=$(printf '%s' "${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$HTTP_WEBHOOK_ID" "$HTTP_WEBHOOK_TIMESTAMP"; cat "$body"; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

# While a secret is being replaced there are two signatures, and one of them fits.
case " $HTTP_WEBHOOK_SIGNATURE " in
  *" v1,$expected "*) ;;
  *) refuse "the signature is wrong" ;;
esac

# The same result may come more than once, under the same id.
case $HTTP_WEBHOOK_ID in
  *[!A-Za-z0-9_]*) refuse "the id is none of the centre's" ;;
esac
cp "$body" "$RESULTS/$HTTP_WEBHOOK_ID.json"
printf 'Status: 204\r\n\r\n'
