#!/bin/sh
# Hands in a task whose result is to be pushed.
# CENTRE: http://127.0.0.1:8080, TOKEN: sk-..., FROM: a name that the account may use, TARGET: what to call,
# RETURN_PATH: where a web server runs receive.sh as a CGI script
set -eu

curl -sS --fail "$CENTRE/manager" -H "Authorization: Bearer $TOKEN" -d @- <<MESSAGE
{
  "message_type": "add_task",
  "parameters": {
    "from": "$FROM", "id": "order-$$", "type": "MP-API",
    "task": { "url": "$TARGET", "method": "GET" },
    "return_path": "$RETURN_PATH"
  }
}
MESSAGE
