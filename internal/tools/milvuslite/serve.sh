#!/usr/bin/env bash
# A real Milvus for tests: Milvus Lite behind the Milvus protocol, on loopback. No users, no TLS.
#
#   serve.sh VENV             makes the virtual environment (once: some 30 s, 455 MB) and stops there
#   serve.sh VENV DATA PORT   and serves the folder DATA on 127.0.0.1:PORT until it is killed
#
# Python 3.10 or newer.
set -euo pipefail
venv=${1:?usage: serve.sh VENV [DATA PORT]}

# The stamp is written last, so that an installation which was cut off is made anew.
stamp="$venv/eaio-milvus-lite-3.2.2"
if [ ! -e "$stamp" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'pymilvus[milvus-lite]==3.0.2' 'milvus-lite==3.2.2' >&2
  touch "$stamp"
fi
[ $# -gt 1 ] || exit 0

data=${2:?DATA}
port=${3:?PORT}
mkdir -p "$data"
exec "$venv/bin/milvus-lite" server --data-dir "$data" --host 127.0.0.1 --port "$port"
