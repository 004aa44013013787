/// What a program may cost at most.
package struct ProgramLimits: Sendable {
    /// Seconds for the answer to `hello`.
    package var helloSeconds = 10.0
    /// Seconds between SIGTERM and SIGKILL.
    package var graceSeconds = 2.0
    /// Bytes of an answer: 16 MiB.
    package var outputBytes = 16 << 20
    /// Bytes on standard error: 10 MiB.
    package var errorBytes = 10 << 20

    package init() {}
}
