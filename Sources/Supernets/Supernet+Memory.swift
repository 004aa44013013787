import Architectures
import Foundations
import Networks
import Tensors

extension Supernet {
    /// The program of a plan, refused before it takes memory that the machine does not have.
    ///
    /// - Parameter copies: places of one image each; 1 for a whole batch.
    /// - Throws: ``SharingError`` with what is needed and what is available, exit 3.
    func program(
        _ plan: Plan, training: Bool, measuring: Bool = false, statistics: NormMode = .batch, capacity: Int,
        copies: Int = 1
    ) throws -> Program {
        // One feature map alone: what is larger than memory must not even be laid out.
        let largest = plan.nodes.map(\.shape.floats).max() ?? 0
        let (floats, overflow) = largest.multipliedReportingOverflow(by: capacity * copies)
        try refuse(overflow || floats > Int.max / 16 ? nil : 4 * floats, images: capacity * copies)
        let program = Program(
            plan: plan, passes: passes, training: training, statistics: statistics, measuring: measuring,
            capacity: capacity)
        // Every lane has a sum of its own of the weights' gradient.
        let sums = training ? 4 * Engine.lanes * (layout.parameters.map(\.count).max() ?? 0) : 0
        let needed = engine.bytesNeeded(by: program, copies: copies).map { $0 + sums }
        try refuse(needed, images: capacity * copies)
        return program
    }

    private func refuse(_ bytes: Int?, images: Int) throws {
        guard let shortage = Machine.shortage(of: bytes) else { return }
        throw SharingError(
            "the network with \(images) image\(images == 1 ? "" : "s") at once \(shortage)",
            hint: "a smaller train.batch, smaller images or a smaller network")
    }
}
