import Foundation

/// Prints measured differences where ESPALIER_PARITY_REPORT is set, for a note or a bug hunt.
enum Report {
    static func add(_ name: String, _ value: Double) {
        guard ProcessInfo.processInfo.environment["ESPALIER_PARITY_REPORT"] != nil else { return }
        print("parity: \(name): \(value)")
    }
}
