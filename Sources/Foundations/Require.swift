/// Stops the program when one of our own assumptions does not hold, printing what was found.
///
/// Swift's `precondition` prints nothing in a release build; this does, so that a wrong shape comment is found by the
/// first test that meets it. Only for our own mistakes: input from a user is refused by throwing a ``Complaint``.
///
///     require(weights.count == n * c, "weights hold \(weights.count) values, expected n * c = \(n * c)")
///
/// - Cost: the message is built only on failure.
@inlinable
package func require(
    _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
    file: StaticString = #fileID, line: UInt = #line
) {
    if !condition() { fatalError(message(), file: file, line: line) }
}
