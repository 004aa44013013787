#!/bin/bash
# Runs the fault harnesses on a built program and prints a table: `quick` as in `make test`, `long` as in `make soak`.
# Random choices are the same in every quick run and new in every long one; SEED sets them. A harness that fails keeps its folder and names it. TABLE names a file that the
# table is written to as well.
set -u
usage="usage: Tests/Faults/run.sh quick|long PATH_TO_BINARY"
form=${1:?$usage}
program=$(realpath "${2:?$usage}") || exit 2
here=$(dirname "$(realpath "$0")")
seed=${SEED:-$([ "$form" = quick ] && echo 1 || echo $(($(date +%s) % 1000000)))}
common="kills signals points powerloss failures full damage intervals"
case $form in
quick) long=() harnesses="$common races refusals inputs" shim=(--shim) ;;
long) long=(--long) harnesses="$common growth races refusals inputs" shim=() ;;
*) echo "$usage" >&2; exit 2 ;;
esac

status=0 table=""
run() {
    local name=$1 began=$SECONDS line
    shift
    python3 "$here/$name.py" "$program" --seed "$seed" "$@" | tee "$log"
    local ended=${PIPESTATUS[0]}
    [ "$ended" -eq 0 ] || status=1
    line=$(tail -n 1 "$log")
    table+=$(printf '%-10s %-6s %4d s  %s' "$name" "$([ "$ended" -eq 0 ] && echo ok || echo FAILED)" $((SECONDS - began)) \
        "${line#"$name": }")$'\n'
}
log=$(mktemp)
for name in $harnesses; do run "$name" "${long[@]}"; done
run planted "${shim[@]}"
run inputs --plants
rm -f "$log"
commit=$(git -C "$here" describe --always --dirty --abbrev=12 2> /dev/null || echo "of no repository")
table="faults, $form, commit $commit, seed $seed, in all $SECONDS s, $([ $status -eq 0 ] && echo ok || echo FAILED):
$table"
echo
echo -n "$table"
[ -z "${TABLE:-}" ] || echo -n "$table" > "$TABLE"
exit $status
