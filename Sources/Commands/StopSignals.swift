import CFaults
import Dispatch
import Foundation
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into a question that work asks where it can stop.
///
/// The first signal decides the exit status; more of any kind change nothing (Slurm sends SIGTERM twice, and SIGCONT),
/// but for a second SIGINT, which is somebody who does not want to wait. A SIGHUP that was ignored when the program was
/// started (`nohup`) stays ignored. Afterwards the signals stay ignored: who asked is about to leave, and a late second
/// one must not cut off its last words.
final class StopSignals: Sendable {
    /// The signals that are taken: without SIGHUP where that stays ignored.
    let numbers: [Int32]
    /// Nil where the system has no descriptors left: then there are no words, and the signals still count.
    private nonisolated(unsafe) let teller: (any DispatchSourceRead)?

    /// - Parameters: `first`, called with the first signal, on a queue of its own; `again`, with the second SIGINT.
    init(
        first: @escaping @Sendable (Int32) -> Void = { _ in }, again: @escaping @Sendable () -> Void = {}
    ) {
        numbers = [SIGINT, SIGTERM] + (Self.isIgnored(SIGHUP) ? [] : [SIGHUP])
        let reading = stops_take(numbers, Int32(numbers.count))
        guard reading >= 0 else {
            teller = nil
            return
        }
        let source = DispatchSource.makeReadSource(
            fileDescriptor: reading, queue: DispatchQueue(label: "espalier.signals"))
        let told = Told()
        source.setEventHandler {
            var bytes = [UInt8](repeating: 0, count: 64)
            // The end of the pipe is no signal.
            guard read(reading, &bytes, bytes.count) > 0 else { return }
            if !told.once.exchange(true, ordering: .relaxed) { first(stops_first()) }
            if stops_interrupts() > 1 { again() }
        }
        source.setCancelHandler { close(reading) }
        source.resume()
        teller = source
    }

    private final class Told: Sendable {
        let once = Atomic<Bool>(false)
    }

    deinit {
        stops_ignore()
        teller?.cancel()
    }

    /// The first signal that came, 0 for none.
    var received: Int32 { stops_first() }

    static func name(_ number: Int32) -> String {
        let names: [Int32: String] = [
            SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
            SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV",
            SIGTERM: "SIGTERM",
        ]
        return names[number] ?? "signal \(number)"
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
