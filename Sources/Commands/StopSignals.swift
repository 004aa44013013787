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
    /// What the handlers share with the asking thread.
    private final class State: Sendable {
        let first = Atomic<Int32>(0)
        let interrupts = Atomic<Int>(0)
    }

    private let state = State()
    /// The signals that are taken: without SIGHUP where that stays ignored.
    let numbers: [Int32]
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    /// - Parameters: `first`, called with the first signal, on a queue of its own; `again`, with the second SIGINT.
    init(
        first: @escaping @Sendable (Int32) -> Void = { _ in }, again: @escaping @Sendable () -> Void = {}
    ) {
        let queue = DispatchQueue(label: "espalier.signals")
        let state = state
        numbers = [SIGINT, SIGTERM] + (Self.isIgnored(SIGHUP) ? [] : [SIGHUP])
        sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            // The source holds itself by its handler until it is cancelled.
            source.setEventHandler {
                if state.first.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged {
                    first(number)
                }
                guard number == SIGINT else { return }
                let seen = state.interrupts.wrappingAdd(max(1, Int(source.data)), ordering: .relaxed).newValue
                if seen > 1 { again() }
            }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }

    /// The first signal that came, 0 for none.
    var received: Int32 { state.first.load(ordering: .relaxed) }

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
