import Checkpoints
import Foundations

/// Whether two finished runs are the same bytes: all that a run's result consists of. Clocks, sequence numbers, events and
/// the checkpoints between round ends are what an interruption may change; nothing of it is looked at.
struct StoreComparison {
    struct Difference: Encodable {
        let run: String
        /// The record: `round 0`, `score 0/111`, `metric train.loss`, `checkpoint of round 1: arena/0/weights`, ...
        let record: String
        let expected: String
        let found: String
    }

    let run: String
    private(set) var differences: [Difference] = []

    /// - Throws: ``StoreError`` where one of them cannot be read.
    init(_ reference: CheckpointStore, _ other: CheckpointStore, run: String) throws {
        self.run = run
        try compare("recipe", text(reference.recipe()), text(other.recipe()))
        try compare("identity", reference.identity(), other.identity())
        try compare("digest", reference.newest().digest, other.newest().digest)
        try compare("head", words(reference.newest()), words(other.newest()))
        try rounds(reference, other)
        try metrics(reference, other)
        try checkpoints(reference, other)
        for problem in try other.verify(full: true).errors {
            add("\(problem.table) \(problem.key)", "a whole record", problem.problem)
        }
    }

    private mutating func rounds(_ reference: CheckpointStore, _ other: CheckpointStore) throws {
        let (expected, found) = (try reference.rounds(), try other.rounds())
        compare("rounds", "\(expected.map(\.round))", "\(found.map(\.round))")
        for (one, two) in zip(expected, found) {
            compare("round \(one.round)", one.json, two.json)
            let (scores, others) = (try reference.scores(one.round), try other.scores(one.round))
            compare("scores of round \(one.round)", "\(scores.map(\.child))", "\(others.map(\.child))")
            for (score, other) in zip(scores, others) {
                compare("score \(one.round)/\(score.child)", score.json, other.json)
            }
        }
    }

    private mutating func metrics(_ reference: CheckpointStore, _ other: CheckpointStore) throws {
        let series = try reference.series()
        try compare("metric series", "\(series)", "\(other.series())")
        for name in series {
            let (expected, found) = (try reference.metrics(name), try other.metrics(name))
            compare("steps of metric \(name)", "\(expected.map(\.step))", "\(found.map(\.step))")
            for (one, two) in zip(expected, found) where one.value.bitPattern != two.value.bitPattern {
                add("metric \(name) of step \(one.step)", "\(one.value)", "\(two.value)")
            }
        }
    }

    /// The round ends, the last of which is the end.
    private mutating func checkpoints(_ reference: CheckpointStore, _ other: CheckpointStore) throws {
        let expected = try reference.manifests().filter(\.isRoundEnd)
        let found = try other.manifests().filter(\.isRoundEnd)
        compare("round ends", "\(expected.map(\.round))", "\(found.map(\.round))")
        for (one, two) in zip(expected, found) {
            let place = "checkpoint of round \(one.round)"
            compare(place, words(one), words(two))
            try compare("\(place): state", text(reference.manifest(one.seq).state), text(other.manifest(two.seq).state))
            compare("\(place): blobs", "\(one.blobs.map(\.name))", "\(two.blobs.map(\.name))")
            for (blob, other) in zip(one.blobs, two.blobs) {
                compare("\(place): \(blob.name)", "SHA-256 \(blob.sha256)", "SHA-256 \(other.sha256)")
            }
        }
    }

    private func words(_ manifest: Manifest) -> String {
        "\(manifest.phase.rawValue), round \(manifest.round), batch \(manifest.step), digest \(manifest.digest)"
    }

    private func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

    private mutating func compare(_ record: String, _ expected: String, _ found: String) {
        if expected != found { add(record, expected, found) }
    }

    /// What is long is shown from a little before the first byte that differs.
    private mutating func add(_ record: String, _ expected: String, _ found: String) {
        let same = zip(expected.utf8, found.utf8).prefix { $0 == $1 }.count
        func excerpt(_ text: String) -> String {
            let bytes = Array(text.utf8)
            guard bytes.count > 160 else { return text }
            let start = max(0, same - 40)
            let piece = String(decoding: bytes[min(start, bytes.count)...].prefix(120), as: UTF8.self)
            return (start > 0 ? "..." : "") + piece + (start + 120 < bytes.count ? "..." : "")
        }
        differences.append(
            Difference(run: run, record: record, expected: excerpt(expected), found: excerpt(found)))
    }
}
