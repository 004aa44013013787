import Architectures
import Foundation
import Foundations
import Networks
import Supernets
import Tensors

/// What must be equal for a resumed run to give equal bits. Threads and build are recorded elsewhere, never compared.
struct Fingerprint: Codable, Hashable {
    let cpu: String
    let blasCore: String
    let lanes: Int
    let kernels: String
    let passes: [String]
    /// The hash of a fixed tiny training step and forward pass.
    let probe: String

    init(kernels: Kernels, passes: Passes, probe: String) {
        cpu = Fingerprint.cpuKind()
        blasCore = BLAS.coreName
        lanes = Engine.lanes
        self.kernels = kernels.level.rawValue
        self.passes = passes.names
        self.probe = probe
    }

    /// The fields in which two fingerprints differ, as `name: was, now is`.
    func differences(from recorded: Fingerprint) -> [String] {
        let pairs = [
            ("cpu", recorded.cpu, cpu), ("OpenBLAS core", recorded.blasCore, blasCore),
            ("lanes", "\(recorded.lanes)", "\(lanes)"), ("kernels", recorded.kernels, kernels),
            ("passes", recorded.passes.joined(separator: "+"), passes.joined(separator: "+")),
            ("probe", String(recorded.probe.prefix(12)), String(probe.prefix(12))),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { "\($0.0) was \($0.1), now is \($0.2)" }
    }

    /// The processor's model name, or its architecture where the system does not tell.
    private static func cpuKind() -> String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        let name = line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingCharacters(in: .whitespaces) }
        #if arch(x86_64)
            return name ?? "x86_64"
        #else
            return name ?? "other"
        #endif
    }
}
