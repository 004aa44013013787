#!/bin/bash
# Kills a small search at random moments, 200 times or KILLS times, resumes it each time, and compares the digest of every
# finished run with that of one that nobody interrupted. SEED repeats the random moments; a failing folder is kept.
set -u
espalier=$(realpath "${1:?usage: Tests/Soak/run.sh PATH_TO_BINARY}") || exit 2
kills_wanted=${KILLS:-200}
seed=${SEED:-$(date +%s)}
RANDOM=$seed
folder=$(mktemp -d "${TMPDIR:-/tmp}/espalier-soak.XXXXXX")
cd "$folder" || exit 2
echo "soak: seed $seed, $kills_wanted kills"

cat > micro.yaml <<'RECIPE'
schema: espalier.recipe/1
space: {use: deeper-insights, cells: 1, channels: 4}
data:
  set: synthetic
  hold-out: {rank: 4, pick: 4}
  augment: [crop-1, flip]
  synthetic: {side: 8, distance: 4, jitter: 0, train: 48, test: 8}
seed: 5
train:
  batch: 8
  budget: {images: 6000}
  optimizer: {lr: 0.05, lr-end: 0.001, momentum: 0.9, weight-decay: 1.0e-3, unsampled: decay}
  bn-momentum: 0.4
  sampling: shuffled-cycle
score: {on: rank, bn: batch, measure: loss, window: 2}
rounds:
  - {at: 0.5, regroup: {by: similarity, count: 2}}
  - {at: 0.7, regroup: {by: similarity, count: 4}}
policy: {use: keep-fraction, keep: 0.5}
checkpoint: {every-batches: 7, every-seconds: 1.0e6, keep: 3}
RECIPE

failed() {
    echo "soak: FAILED: $1 (seed $seed, kept in $folder)" >&2
    exit 1
}
# A field of one JSON document on standard input: top.level.path, or the last item's with a list.
field() { python3 -c 'import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1].split("."):
    value = value[int(key)] if isinstance(value, list) else value[key]
print(value)' "$1"; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

began=$(milliseconds)
"$espalier" search --recipe micro.yaml --run whole --json > whole.json 2> whole.log || failed "the whole run: $(cat whole.log)"
span=$((($(milliseconds) - began) / 2))
expected=$(field digest < whole.json)
echo "soak: digest $expected"

kills=0 early=0 runs=0
while [ "$kills" -lt "$kills_wanted" ]; do
    runs=$((runs + 1))
    run="killed-$runs"
    sequence=-1
    ended=no
    while [ "$ended" = no ]; do
        threads=$((1 + RANDOM % 3))
        if [ -d "checkpoints/$run" ]; then
            "$espalier" resume "$run" --threads "$threads" --json > out.json 2> out.log &
        else
            "$espalier" search --recipe micro.yaml --run "$run" --threads "$threads" --json > out.json 2> out.log &
        fi
        process=$!
        after=$((RANDOM % (span + 1)))
        sleep "$((after / 1000)).$(printf %03d $((after % 1000)))"
        kill -9 "$process" 2> /dev/null
        wait "$process" 2> /dev/null
        status=$?
        case $status in
        0) ended=yes early=$((early + 1)) span=$((span * 85 / 100 + 1)) ;;
        137) kills=$((kills + 1)) span=$((span * 105 / 100 + 1)) ;;
        *) failed "$run ended with status $status: $(cat out.log)" ;;
        esac
        if grep -qiE 'fatal|assert|trap' out.log; then failed "$run: $(cat out.log)"; fi
        if [ -d "checkpoints/$run" ]; then
            now=$("$espalier" checkpoint list "$run" --json | field checkpoints.-1.seq) || failed "$run: no list of checkpoints"
            [ "$now" -ge "$sequence" ] || failed "$run went back from checkpoint $sequence to $now"
            sequence=$now
        fi
    done
    digest=$(field digest < out.json)
    [ "$digest" = "$expected" ] || failed "$run ended with digest $digest"
    "$espalier" checkpoint verify "$run" --full > verify.log 2>&1 || failed "$run: $(cat verify.log)"
    rm -rf "checkpoints/$run"
done
echo "soak: $kills kills in $runs runs, all with that digest; $early ended before their kill"
[ "$early" -le "$kills" ] || failed "more than half of the runs ended before their kill"
rm -rf "$folder"
