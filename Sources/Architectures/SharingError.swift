import Foundations

/// A sharing or grouping that this space, these children or this machine cannot have; exit status 3.
package struct SharingError: Complaint, Hashable {
    package let message: String
    package let hint: String
    package var exitCode: ExitCode { .recipe }

    package init(_ message: String, hint: String = "") {
        self.message = message
        self.hint = hint
    }
}
