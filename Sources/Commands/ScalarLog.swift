import ArgumentParser
import Checkpoints
import Foundation
import Foundations
import Rankings
import Reports
import Searches

/// Scalars for TensorBoard, beside a search; never a part of the run.
struct ScalarOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write scalars for TensorBoard to a folder of the run's name in this one.", valueName: "dir"))
    var tensorboard: String?
    @Option(
        name: .customLong("truth"),
        help: ArgumentHelp(
            "With --tensorboard: a CSV of true accuracies (label, gt_mean), to write tau-b.", valueName: "file"))
    var truth: String?

    func validate() throws {
        guard tensorboard != nil || truth == nil else {
            throw ValidationError("--truth: there is nothing to write tau-b to without --tensorboard")
        }
    }

    /// Who watches a search: the terminal, and the scalars where they are asked for.
    func observer(_ watch: Watch, run: String) throws -> any SearchObserver {
        guard let tensorboard else { return watch }
        let table = try truth.map { try TruthTable(csv: CommaSeparatedFile.text($0), path: $0) }
        return ScalarWatch(watch, folder: tensorboard, run: run, truth: table)
    }
}

/// One event file of TensorBoard, of one session: made when there is something to say.
///
/// Where it cannot be written it says so once and is silent from then on: a search does not end for it.
final class ScalarLog {
    private let folder: String
    private var file: Int32 = -1
    private var hasFailed = false

    init(folder: String) { self.folder = folder }

    deinit { if file >= 0 { close(file) } }

    /// - Parameter step: batches trained. The file begins by forgetting what a session that was killed has said of this
    ///   step and later ones.
    func add(_ scalars: [TensorBoardEvent.Scalar], step: Int) {
        guard !hasFailed, !scalars.isEmpty else { return }
        let now = Date().timeIntervalSince1970
        if file < 0 {
            guard open(now) else { return }
            put(TensorBoardEvent(time: now, step: 0, .version).record)
            put(TensorBoardEvent(time: now, step: step, .start).record)
        }
        put(TensorBoardEvent(time: now, step: step, .scalars(scalars)).record)
    }

    /// Files are read in the order of their names, so each begins with a later second than all before it.
    private func open(_ now: Double) -> Bool {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let seconds = names.compactMap { name in
            name.hasPrefix(Self.prefix) ? Int(name.dropFirst(Self.prefix.count).prefix { $0 != "." }) : nil
        }
        let second = max(Int(now), (seconds.max() ?? 0) &+ 1)
        let digits = String(second)
        let name = Self.prefix + String(repeating: "0", count: max(0, 10 - digits.count)) + digits
        let path = "\(folder)/\(name).\(getpid()).espalier"
        file = Foundation.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if file < 0 { fail(path) }
        return file >= 0
    }

    private static let prefix = "events.out.tfevents."

    private func put(_ bytes: [UInt8]) {
        guard !hasFailed else { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return fail(folder) }
            rest = rest.dropFirst(count)
        }
    }

    private func fail(_ path: String) {
        hasFailed = true
        Output.error("\(path): cannot be written: \(String(cString: strerror(errno))); no more scalars are written")
    }
}

/// Watches as another one does, and writes down what it sees: a folder for each run.
final class ScalarWatch: SearchObserver {
    private let watch: Watch
    private let folder: String
    private let truth: TruthTable?
    private var run: String?
    private var log: ScalarLog
    /// When the speed was last told, and how much had been done by then.
    private var since = ContinuousClock.now
    private var images: Int?

    /// - Parameter run: the first one's; nil where the runs tell their names.
    init(_ watch: Watch, folder: String, run: String? = nil, truth: TruthTable?) {
        (self.watch, self.folder, self.run, self.truth) = (watch, folder, run, truth)
        log = ScalarLog(folder: "\(folder)/\(run ?? "")")
    }

    /// A comparison has several runs, one after another.
    private func turn(to run: String) {
        guard run != self.run else { return }
        (self.run, images) = (run, nil)
        log = ScalarLog(folder: "\(folder)/\(run)")
    }

    func turned(to place: RunPlace) { watch.turned(to: place) }

    func stepped(_ progress: SearchProgress) throws {
        watch.stepped(progress)
        turn(to: progress.run)
        guard case .training = progress.doing else { return }
        var scalars: [TensorBoardEvent.Scalar] = []
        if let loss = progress.loss { scalars.append(.init("train/loss", loss)) }
        if let rate = progress.rate { scalars.append(.init("train/learning_rate", rate)) }
        scalars.append(.init("train/budget_spent", progress.fraction))
        scalars += speed(progress.images)
        log.add(scalars, step: progress.step)
    }

    /// Image passes a second, of scoring too, at most once a second.
    private func speed(_ done: Int) -> [TensorBoardEvent.Scalar] {
        let now = ContinuousClock.now
        let seconds = (now - since).seconds
        guard let images else {
            (images, since) = (done, now)
            return []
        }
        guard seconds >= 1 else { return [] }
        (self.images, since) = (done, now)
        return [.init("train/images_per_second", Double(done - images) / seconds)]
    }

    func scored(_ scoring: RunTrace.Scoring) {
        let accuracies = scoring.samples.map(\.accuracy).sorted()
        guard let best = accuracies.last else { return }
        var scalars: [TensorBoardEvent.Scalar] = [
            .init("score/accuracy_best", best), .init("score/accuracy_median", accuracies[accuracies.count / 2]),
            .init("score/loss_best", scoring.samples.map(\.loss).min() ?? 0),
        ]
        if let truth {
            let pairs = scoring.samples.compactMap { sample in truth[sample.child].map { (sample.score, $0) } }
            if let tau = (try? Kendall(pairs.map(\.0), pairs.map(\.1)))?.flatMap(\.tauB) {
                scalars.append(.init("truth/tau_b", tau))
            }
        }
        log.add(scalars, step: scoring.step)
    }

    func decided(_ round: RunRecord.Round, step: Int) {
        var scalars: [TensorBoardEvent.Scalar] = [
            .init("round/number", Double(round.round)), .init("round/survivors", Double(round.survivors.count)),
        ]
        if let best = round.scores.compactMap(\.score).max() { scalars.append(.init("round/score_best", best)) }
        log.add(scalars, step: step)
    }

    func durable(sequence: Int, step: Int) throws { watch.durable(sequence: sequence, step: step) }
    func entered(_ point: String, seq: Int, of run: RunFolder) {
        watch.entered(point, seq: seq, of: run)
        turn(to: run.name)
    }
    func note(_ line: String) throws { watch.note(line) }
    var shouldStop: Bool { watch.shouldStop }
    var signal: Int32 { watch.signal }
}
