/// What a fetch is told and tells while it runs.
package protocol FetchObserver: Sendable {
    /// The number of the signal that asks to stop, 0 where none does. Asked about twenty times a second.
    var signal: Int32 { get }
    /// Bytes of an archive that are on the disk, of all its bytes. Called after each piece of at most some 64 KiB.
    func received(_ archive: String, bytes: Int, of total: Int)
    /// A line about what happened and is gone on with.
    func note(_ line: String)
}

/// How patient a fetch is.
package struct FetchLimits: Sendable {
    /// Tries in a row that bring nothing new.
    package var tries = 5
    /// Seconds before the second try; doubled before each further one.
    package var pauseSeconds = 1.0
    /// Whole seconds to connect.
    package var connectSeconds = 20
    /// A server is given up on that sends fewer bytes a second ...
    package var slowBytes = 1_000
    /// ... for as many whole seconds.
    package var slowSeconds = 30

    package init() {}
}

/// A signal asked to stop; what was received so far is kept and continued by the next fetch.
package struct FetchStopped: Error {
    package let signal: Int32
}
