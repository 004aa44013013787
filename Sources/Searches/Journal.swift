import Checkpoints
import Foundation
import Foundations

/// What has happened since the last commit and belongs into the store, and when the next commit is due.
struct Journal {
    /// Seconds worked since the last commit. Clocks never decide a result: a checkpoint may fall anywhere.
    var seconds = 0.0
    private var rows: [Row] = []
    private var lastStep = 0
    private var lastCommit = ContinuousClock.now

    init(step: Int = 0) { lastStep = step }

    mutating func note(_ event: Event) { rows.append(.event(json: event.json)) }

    mutating func trained(step: Int, loss: Double) {
        rows.append(.metric(series: "train.loss", step: step, value: loss))
    }

    func isDue(_ rule: Recipe.CheckpointRule, step: Int) -> Bool {
        step - lastStep >= rule.everyBatches || (ContinuousClock.now - lastCommit).seconds >= rule.everySeconds
    }

    /// The rows of a commit at `step`; the journal begins anew.
    mutating func take(step: Int, phase: Phase) -> [Row] {
        let work = Event.work(seconds: seconds, step: step, phase: phase.rawValue)
        defer {
            rows = []
            seconds = 0
            lastStep = step
            lastCommit = .now
        }
        return rows + [.event(json: work.json)]
    }
}

/// Facts about how a run was worked on. They hold clocks and hosts, so they stay outside the digest.
struct Event: Codable {
    var kind: String
    var seconds: Double?
    var step: Int?
    var phase: String?
    var time: String?
    var threads: Int?
    var program: String?
    var detail: String?

    static func work(seconds: Double, step: Int, phase: String) -> Event {
        Event(kind: working, seconds: seconds, step: step, phase: phase)
    }

    static let working = "work"
    /// A session ended in numbers that are not finite.
    static let diverged = "diverged"

    /// How the detail of a session ends before which records of sessions were damaged and removed.
    static let lost = "damaged records of sessions removed"

    static func session(_ kind: String, threads: Int?, detail: String? = nil) -> Event {
        Event(
            kind: kind, time: ISO8601DateFormatter().string(from: Date()), threads: threads, program: Version.program,
            detail: detail)
    }

    var json: String { JSON.text(self) }
}

/// JSON as it is stored: sorted keys, no white space, numbers that parse back to the same bits.
package enum JSON {
    package static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try? encoder.encode(value)
        require(data != nil, "a \(type(of: value)) cannot be written as JSON: a number is not finite")
        return [UInt8](data ?? Data())
    }

    package static func text(_ value: some Encodable) -> String { String(decoding: bytes(value), as: UTF8.self) }
}

/// The version of the program.
package enum Version {
    package static let number = "0.1.0"
    package static let program = "espalier \(number)"
}
