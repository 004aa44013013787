import Foundation
import Foundations
import Synchronization

/// A policy in any language: a program that is started once for each request, reads one JSON document and writes one.
///
/// `policies/README.md` is its contract. A request that fails, in whatever way, is put once more; then
/// ``ProgramSpecification/onFailure`` says whether the run stops or a built-in policy decides. Nothing is ever read into an
/// answer that is not exactly right: a failure prunes nothing.
///
/// Not a security boundary: the program runs as the same user, without limits on memory or processor time.
public final class ProgramPolicy: PruningPolicy {
    /// What was asked for.
    public let specification: ProgramSpecification
    private let fallback: (any PruningPolicy)?
    private let limits: ProgramLimits
    /// What the program said of itself; nil until it was asked.
    private let greeting = Mutex<ProgramGreeting?>(nil)

    /// - Parameters:
    ///   - specification: with an absolute program.
    ///   - fallback: decides where the program has failed; nil stops the run.
    public convenience init(_ specification: ProgramSpecification, fallback: (any PruningPolicy)? = nil) {
        self.init(specification, fallback: fallback, limits: ProgramLimits())
    }

    package init(_ specification: ProgramSpecification, fallback: (any PruningPolicy)?, limits: ProgramLimits) {
        self.specification = specification
        self.fallback = fallback
        self.limits = limits
    }

    /// The program's own name once it was greeted, until then its file name.
    public var name: String { greeting.withLock { $0?.name } ?? specification.baseName }
    /// The program's own version once it was greeted.
    public var version: String { greeting.withLock { $0?.version } ?? "not asked yet" }
    /// As the specification says; and what a fallback needs.
    public var needs: Set<PolicyNeed> { specification.needs.union(fallback?.needs ?? []) }
    /// A fallback's.
    public var stamp: String? { fallback?.stamp }

    /// The handshake. It is put twice like any request, but no fallback takes its place: a program that cannot even say
    /// its name is found before hours of training.
    public func greet() async throws -> [String] {
        let notes = try await shakeHands()
        let digests = specification.argv.indices.compactMap { place in
            specification.file(place).map { file in
                let digest = (try? FileDigest.sha256(of: file)).map { "\($0)" } ?? "that cannot be read"
                return "\(file.baseName) with SHA-256 \(digest)"
            }
        }
        return ["policy \(name) \(version) is \(digests.joined(separator: ", "))"] + notes
    }

    /// Learns name and version; returns what was out of the ordinary.
    private func shakeHands() async throws -> [String] {
        let request = ProgramWire.hello
        let (answer, notes) = try await twice(request, seconds: limits.helloSeconds) {
            try ProgramAnswer.greeting($0, requestId: request.id)
        }
        greeting.withLock { $0 = answer }
        return notes
    }

    /// As ``answer(_:)``, without who decided.
    public func decide(_ standing: Standing) async throws -> Verdict { try await answer(standing).verdict }

    /// Greets the program if nobody has, and asks it; its answer is valid for the standing.
    ///
    /// - Throws: ``PolicyError`` (status 8) where both tries failed and there is no fallback.
    public func answer(_ standing: Standing) async throws -> Decision {
        var notes = greeting.withLock { $0 } == nil ? try await shakeHands() : []
        let request = ProgramWire.decide(standing)
        do {
            let (verdict, more) = try await twice(request, seconds: specification.timeoutSeconds) { bytes in
                let verdict = try ProgramAnswer.verdict(bytes, requestId: request.id)
                try verdict.validate(against: standing)
                return verdict
            }
            return Decision(verdict: verdict, policy: name, version: version, notes: notes + more)
        } catch let error as PolicyError where fallback != nil && error.exitCode == .policy {
            guard let fallback else { throw error }
            // The program's state is not the fallback's; it goes on unread.
            var shown = standing
            shown.state = nil
            var decision = try await fallback.answer(shown)
            decision.verdict.state = standing.state
            notes.append("\(fallback.name) decided in its place: \(error.description)")
            decision.notes = notes + decision.notes
            return decision
        }
    }

    /// Puts a request, and after a failure the same once more.
    private func twice<Answer>(
        _ request: ProgramWire.Request, seconds: Double, read: ([UInt8]) throws -> Answer
    ) async throws -> (Answer, notes: [String]) {
        do {
            return (try await once(request, seconds: seconds, read: read), [])
        } catch let first as PolicyError where first.exitCode == .policy {
            let answer = try await once(request, seconds: seconds, read: read)
            return (answer, ["answered at the second try; at the first, \(first.description)"])
        }
    }

    private func once<Answer>(
        _ request: ProgramWire.Request, seconds: Double, read: ([UInt8]) throws -> Answer
    ) async throws -> Answer {
        let run = try await ProgramRun.run(specification, request: request.bytes, seconds: seconds, limits: limits)
        do {
            if let problem = run.ending.problem(seconds: seconds, limits: limits) { throw PolicyError(problem) }
            return try read(run.output)
        } catch let error as PolicyError {
            let log = run.errorTail.isEmpty ? "" : "its standard error ends with \(run.errorTail.quoted(upTo: 400))"
            throw PolicyError(
                "program \(specification.baseName): \(error.message)",
                hint: [error.hint, log].filter { !$0.isEmpty }.joined(separator: "; "), exitCode: error.exitCode)
        }
    }
}

extension ProgramRun.Ending {
    /// What was wrong; nil after a good end.
    fileprivate func problem(seconds: Double, limits: ProgramLimits) -> String? {
        switch self {
        case .exited(0): nil
        case .exited(let status): "left with status \(status), expected 0"
        case .signaled(let signal): "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
        case .timedOut: "no answer within \(Int(exactly: seconds).map { "\($0)" } ?? "\(seconds)") s"
        case .outputTooLong: "its answer is longer than \(size(limits.outputBytes))"
        case .errorsTooLong: "more than \(size(limits.errorBytes)) on standard error"
        }
    }

    private func size(_ bytes: Int) -> String { bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes) bytes" }
}
