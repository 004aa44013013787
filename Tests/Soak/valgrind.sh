#!/bin/bash
# Runs the v3 kernels under valgrind, which has no AVX-512: `valgrind.sh memcheck BINARY` trains a few children
# on a handful of images and fails on any error; `valgrind.sh instructions BINARY` counts the instructions of one training
# step of child 222 (batch 16, one thread) with callgrind and compares them with Benchmarks/instructions.txt, and fails
# above +3 %. `valgrind.sh record BINARY` writes that file anew.
#
# valgrind 3.19 needs three small helps: it cannot read clang's DWARF 5, so it gets a stripped copy; it writes into the
# read-only mask that libdispatch hands to sigsuspend, so a shim waits in pause instead; and it can hang after its last
# line when the main thread has ended, so it is stopped by number once that line is there.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
what=${1:?usage: Tests/Soak/valgrind.sh memcheck|instructions|record PATH_TO_BINARY}
espalier=$(realpath "${2:?usage: Tests/Soak/valgrind.sh $what PATH_TO_BINARY}") || exit 2
command -v valgrind > /dev/null || { echo "valgrind: not found; install the Debian package valgrind" >&2; exit 2; }
folder=$(mktemp -d "${TMPDIR:-/tmp}/espalier-valgrind.XXXXXX")
trap 'rm -rf "$folder"' EXIT
strip -g -o "$folder/espalier" "$espalier" || exit 2
printf '#include <signal.h>\n#include <unistd.h>\nint sigsuspend(const sigset_t *mask) { (void)mask; return pause(); }\n' |
    cc -x c -shared -fPIC -o "$folder/shim.so" - || exit 2
export OPENBLAS_CORETYPE=Haswell ESPALIER_KERNELS=v3

# under TOOL LAST_LINE OPTIONS... -- BENCH_OPTIONS...: the log of a whole run is in $folder/log.
under() {
    local tool=$1 last=$2 options=()
    shift 2
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    shift
    : > "$folder/log" # before the wait below looks for the last line
    LD_PRELOAD="$folder/shim.so" valgrind --tool="$tool" "${options[@]}" "$folder/espalier" bench --threads 1 "$@" \
        > "$folder/log" 2>&1 &
    local process=$! waited=0
    until grep -q "$last" "$folder/log"; do
        sleep 1
        waited=$((waited + 1))
        if [ $waited -gt 1800 ]; then kill -9 $process; echo "valgrind: no end after half an hour" >&2; return 1; fi
        if ! kill -0 $process 2> /dev/null && ! grep -q "$last" "$folder/log"; then
            echo "valgrind: stopped early:" >&2
            tail -n 20 "$folder/log" >&2
            return 1
        fi
    done
    sleep 1
    kill -9 $process 2> /dev/null
    wait $process 2> /dev/null
    return 0
}

case $what in
memcheck)
    cell='|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|avg_pool_3x3~2|'
    for run in "deeper-insights 222,333,444,111 3" "nas-bench-201 $cell 2"; do
        read -r space children batch <<< "$run"
        under memcheck 'ERROR SUMMARY' --error-limit=no -- --stages --space "$space" --children "$children" --batch "$batch" \
            --repeats 1 || exit 1
        summary=$(grep 'ERROR SUMMARY' "$folder/log" | sed 's/.*ERROR SUMMARY/ERROR SUMMARY/')
        echo "memcheck, v3, $space, batch $batch: $summary"
        case $summary in *" 0 errors"*) ;; *) cat "$folder/log" >&2; exit 1 ;; esac
    done
    ;;
instructions | record)
    for repeats in 1 2; do
        under callgrind 'Collected' --callgrind-out-file="$folder/callgrind.$repeats" \
            -- --stages --children 222 --batch 16 --repeats $repeats || exit 1
    done
    python3 "$root/Tests/Soak/instructions.py" "$what" "$folder/callgrind.1" "$folder/callgrind.2" \
        "$root/Benchmarks/instructions.txt"
    ;;
*) echo "valgrind.sh: memcheck, instructions or record, not '$what'" >&2; exit 2 ;;
esac
