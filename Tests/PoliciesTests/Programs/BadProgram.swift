import Policies
import Testing

/// A program that does one thing wrong at every `decide`, and what the user reads. A new way to be bad is one more row.
struct BadProgram: Sendable, CustomTestStringConvertible {
    let name: String
    let body: String
    /// What follows `program policy.sh: `, up to where it may vary.
    let error: String
    /// Seconds it is given; those that are meant to use them up get few.
    var timeout = 20.0

    var testDescription: String { name }

    static let all: [BadProgram] = [
        .init(name: "hangs", body: "sleep 1000", error: "no answer within 2 s", timeout: 2),
        .init(
            name: "ignores SIGTERM", body: "trap '' TERM\nwhile :; do sleep 0.2; done",
            error: "no answer within 2 s", timeout: 2),
        .init(name: "stops itself", body: "kill -STOP $$", error: "no answer within 2 s", timeout: 2),
        .init(
            name: "waits for a grandchild", body: "good; sleep 1000 & wait", error: "no answer within 2 s",
            timeout: 2),
        .init(
            name: "hangs with a grandchild of another session",
            body: "setsid sleep 30 & sleep 1000", error: "no answer within 2 s", timeout: 2),
        .init(name: "crashes", body: "kill -SEGV $$", error: "was ended by signal 11 (Segmentation fault)"),
        .init(
            name: "kills itself after an answer", body: "good; kill -KILL $$", error: "was ended by signal 9 (Killed)"),
        .init(
            name: "leaves with status 3", body: "good; echo oh dear >&2; exit 3",
            error: #"left with status 3, expected 0 (its standard error ends with "oh dear\n")"#),
        .init(
            name: "says something to a terminal", body: #"printf '\033]0;title\007' >&2; exit 3"#,
            error: #"left with status 3, expected 0 (its standard error ends with "\x1B]0;title\x07")"#),
        .init(name: "floods its output", body: "yes", error: "its answer is longer than 16 MiB"),
        .init(name: "floods its log", body: "yes >&2", error: "more than 10 MiB on standard error"),
        .init(
            name: "writes a little too much and leaves", body: "head -c 17000000 /dev/zero",
            error: "its answer is longer than 16 MiB"),
        .init(name: "says nothing", body: "exit 0", error: "its answer is empty, expected one JSON document"),
        .init(
            name: "closes its streams", body: "exec <&- >&-", error: "its answer is empty, expected one JSON document"),
        .init(
            name: "writes garbage", body: "echo keep them all",
            error: #"its answer is not JSON: expected a value, found "k" at byte 0: "keep them all\n""#),
        .init(
            name: "writes garbage at length", body: "head -c 300 /dev/zero | tr '\\0' x",
            error: #"its answer is not JSON: expected a value, found "x" at byte 0: ""#
                + String(repeating: "x", count: 200) + #""..."#),
        .init(
            name: "breaks off", body: "good | head -c 30",
            error: #"its answer is not JSON: expected '"', found the end at byte 30"#),
        .init(
            name: "writes NaN", body: #"reply "\"keep\": [\"c0\"], $rest, \"nextBudgetFraction\": NaN""#,
            error: "its answer is not JSON: NaN is no number in JSON (write null) at byte"),
        .init(
            name: "writes 1e999", body: #"reply "\"keep\": [\"c0\"], $rest, \"nextBudgetFraction\": 1e999""#,
            error: "its answer has the number 1e999, which is not finite, at byte"),
        .init(
            name: "writes a key twice", body: #"reply "\"keep\": [\"c0\"], \"keep\": [\"c1\"], $rest""#,
            error: #"its answer has the key "keep" twice in one object at byte"#),
        .init(
            name: "begins with a byte order mark", body: #"printf '\357\273\277'; good"#,
            error: "its answer begins with a byte order mark, expected plain UTF-8"),
        .init(
            name: "writes UTF-16", body: #"printf '{\000}\000'"#,
            error: "its answer is not UTF-8 but looks like UTF-16 or UTF-32"),
        .init(
            name: "writes invalid UTF-8", body: #"printf '{"a": "\377"}'"#,
            error: #"its answer is not valid UTF-8 at byte 7: "{\"a\": \"\xFF\"}""#),
        .init(
            name: "writes on after its answer", body: "good; echo done",
            error: #"its answer goes on after its one JSON document with "done\n" at byte"#),
        .init(
            name: "answers twice", body: "good; good",
            error: #"its answer goes on after its one JSON document with "{\"protocol\": 1, "#),
        .init(
            name: "nests too deep", body: "head -c 65 /dev/zero | tr '\\0' '['",
            error: "its answer is nested deeper than 64 at byte 64"),
        .init(name: "writes a list", body: "echo '[]'", error: "its answer is a list, expected an object"),
        .init(
            name: "answers another request", body: "id=r9; good",
            error: #"its answer has the text "r9" at requestId, expected "r2-"#),
        .init(
            name: "forgets the request", body: #"echo '{"protocol": 1}'"#, error: #"its answer has no key "requestId""#),
        .init(
            name: "speaks another protocol", body: #"echo '{"protocol": 2}'"#,
            error: "its answer has the number 2 at protocol, expected 1 (it speaks protocol 2, espalier speaks 1)"),
        .init(
            name: "speaks no protocol", body: "echo '{}'", error: #"its answer has no key "protocol""#),
        .init(
            name: "writes an unknown key", body: #"reply "\"keep\": [\"c0\"], $rest, \"dropChoice\": []""#,
            error: #"unknown key "dropChoice" in the verdict (did you mean dropChoices?)"#),
        .init(
            name: "forgets a key", body: #"reply '"keep": ["c0", "c1", "c2"]'"#,
            error: #"its answer has no key "dropped""#),
        .init(
            name: "forgets a reason", body: #"reply '"keep": ["c0", "c1"], "dropped": [{"child": "c2"}]'"#,
            error: #"its answer has no key "reason" in dropped[0]"#),
        .init(
            name: "writes a number for a text", body: #"reply '"keep": ["c0", 1], "dropped": []'"#,
            error: "its answer has the number 1 at keep[1], expected text"),
        .init(
            name: "writes a text for a list", body: #"reply '"keep": "c0", "dropped": []'"#,
            error: #"its answer has the text "c0" at keep, expected a list"#),
        .init(
            name: "writes a float for a count",
            body: #"reply "\"keep\": [\"c0\"], $rest, \"regroup\": {\"by\": \"random\", \"count\": 2.0}""#,
            error: "its answer has the number 2.0 at regroup.count, expected a whole number"),
        .init(
            name: "keeps a stranger", body: #"reply "\"keep\": [\"c0\", \"c9\"], $rest""#,
            error: #"keep names "c9", not a survivor"#),
        .init(
            name: "names a child twice", body: #"reply "\"keep\": [\"c0\", \"c1\"], $rest""#,
            error: #""c1" stands in keep and in dropped"#),
        .init(
            name: "misses children", body: #"reply '"keep": ["c0"], "dropped": []'"#,
            error: #"survivor "c1" (and 1 more) is named in neither keep nor dropped"#),
        .init(
            name: "keeps nobody",
            body: #"reply '"keep": [], "dropped": [{"child": "c0", "reason": "x"}, '"${rest#*[}""#,
            error: "keep is empty, expected at least one survivor"),
        .init(
            name: "gives no reason",
            body: #"reply '"keep": ["c0", "c1"], "dropped": [{"child": "c2", "reason": " "}]'"#,
            error: #""c2" is dropped without a reason"#),
        .init(
            name: "remembers too much",
            body: #"reply "\"keep\": [\"c0\"], $rest, \"state\": \"$(head -c 1048577 /dev/zero | tr '\0' s)\"""#,
            error: "state is 1048577 bytes long, expected at most 1048576"),
    ]
}
