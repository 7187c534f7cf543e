# Sourced by the benchmarks that start a stack of their own, in a folder that is
# empty before and gone after.

dir=$(mktemp -d)
chmod 0711 "$dir" # PostgreSQL's own account must reach its folder
export EAIO_DATA="$dir/data"
pids=()
stop() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap 'stop; rm -rf "$dir"' EXIT

# up [ARG…] starts a stack and waits until it has answered its first question.
up() {
  bin/eaio-dev up --api-port 0 --temporal-port 0 --ui-port 0 "$@" >"$dir/up" 2>&1 &
  pids+=($!)
  until grep -q '^Up\.' "$dir/up"; do
    kill -0 "${pids[-1]}" || { cat "$dir/up"; exit 1; }
    sleep 0.2
  done
}
