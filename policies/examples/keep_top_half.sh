#!/bin/sh
# A policy in shell and awk: keeps the better half of the survivors by mean score.
#
# It takes the request apart as text, which the fixed form of a request allows: one line, keys sorted, no blanks. Where a
# JSON reader is at hand, use that.
request=$(cat)
id=$(printf '%s' "$request" | sed 's/.*"requestId":"\([^"]*\)".*/\1/')
case $request in
*'"op":"hello"'*)
    printf '{"protocol": 1, "requestId": "%s", "name": "keep top half", "version": "1.0 sh"}\n' "$id"
    exit
    ;;
esac

# One line a survivor: its mean (nothing below every number), its choices, its label. Sorted by mean, best first; equal
# means by their choices, so that neither labels nor the order of the request matter.
printf '%s' "$request" | sed 's/.*"survivors"://; s/{"child":/\n&/g' | grep '^{"child":' |
    sed 's/^{"child":\("[^"]*"\),"choices":\[\([0-9,]*\)\].*"mean":\([^,]*\),.*/\3 \2 \1/; s/^null /-1e308 /' |
    LC_ALL=C sort -k1,1gr -k2,2 |
    awk -v id="$id" '
        { mean[NR] = $1; sub(/^[^ ]* [^ ]* /, ""); child[NR] = $0 }
        END {
            kept = int((NR + 1) / 2)
            printf "{\"protocol\": 1, \"requestId\": \"%s\", \"keep\": [", id
            for (i = 1; i <= kept; i++) printf "%s%s", (i > 1 ? ", " : ""), child[i]
            printf "], \"dropped\": ["
            for (i = kept + 1; i <= NR; i++) {
                said = (mean[i] == "-1e308") ? "no score" : "mean " mean[i]
                printf "%s{\"child\": %s, \"reason\": \"%s, rank %d of %d, cut after %d\"}", \
                    (i > kept + 1 ? ", " : ""), child[i], said, i, NR, kept
            }
            print "]}"
        }'
