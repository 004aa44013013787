import Foundations

/// What a user can get wrong about tensors: the level of the kernels.
package enum TensorsError: Complaint, Equatable {
    case unknownLevel(String)
    case unsupportedLevel(Kernels.Level)

    package var exitCode: ExitCode { .usage }

    package var message: String {
        let known = Kernels.Level.allCases.map(\.rawValue)
        let runs = Kernels.available.map(\.level.rawValue).joined(separator: ", ")
        switch self {
        case .unknownLevel(let name):
            return "unknown kernel level '\(name)': known are \(known.joined(separator: ", ")), this CPU runs \(runs)"
        case .unsupportedLevel(let level):
            return "kernel level '\(level.rawValue)' does not run on this CPU, which runs \(runs)"
        }
    }

    package var hint: String {
        let best = Kernels.best().level.rawValue
        guard case .unknownLevel(let name) = self,
            let near = nearestName(to: name, among: Kernels.Level.allCases.map(\.rawValue))
        else { return "leave the level unset to get the best one, \(best)" }
        return "did you mean '\(near)'?"
    }
}
