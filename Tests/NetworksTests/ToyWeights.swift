import Architectures
import Networks

/// Values and gradients of the parameters of some graphs, by name; every parameter lives in arena 0 unless asked.
final class ToyWeights: Weights {
    private(set) var parameters: [Parameter] = []
    private var indexOf: [String: Int] = [:]
    private var stored: [[UnsafeMutablePointer<Float>]] = []
    private var gradients: [[UnsafeMutablePointer<Float>]] = []

    /// - Parameter value: of parameter `name` at place k.
    init(_ graphs: [LayerGraph], arenas: Int = 1, value: (_ parameter: Parameter, _ k: Int, _ arena: Int) -> Float) {
        for parameter in graphs.flatMap(\.nodes).flatMap(\.parameters) where indexOf[parameter.name] == nil {
            indexOf[parameter.name] = parameters.count
            parameters.append(parameter)
        }
        for arena in 0..<arenas {
            stored.append(parameters.map { .allocate(capacity: $0.count) })
            gradients.append(parameters.map { .allocate(capacity: $0.count) })
            for (index, parameter) in parameters.enumerated() {
                for k in 0..<parameter.count { stored[arena][index][k] = value(parameter, k, arena) }
                gradients[arena][index].update(repeating: 0, count: parameter.count)
            }
        }
    }

    deinit { for pointer in (stored + gradients).joined() { pointer.deallocate() } }

    func slot(_ parameter: Parameter, arena: Int = 0) -> WeightSlot {
        WeightSlot(arena: arena, parameter: indexOf[parameter.name]!)
    }

    func values(_ slot: WeightSlot) -> UnsafeMutablePointer<Float> { stored[slot.arena][slot.parameter] }
    func gradient(_ slot: WeightSlot) -> UnsafeMutablePointer<Float> { gradients[slot.arena][slot.parameter] }

    /// Sets the values of one parameter of arena 0.
    func set(_ name: String, _ value: (_ k: Int) -> Float) {
        let index = indexOf[name]!
        for k in 0..<parameters[index].count { stored[0][index][k] = value(k) }
    }

    func clearGradients() {
        for (index, parameter) in parameters.enumerated() {
            for arena in gradients { arena[index].update(repeating: 0, count: parameter.count) }
        }
    }

    /// By name, in double precision.
    var doubles: [String: [Double]] {
        Dictionary(
            uniqueKeysWithValues: zip(parameters, stored[0]).map { parameter, values in
                (parameter.name, (0..<parameter.count).map { Double(values[$0]) })
            })
    }

    func gradientValues(_ parameter: Parameter) -> [Float] {
        let pointer = gradients[0][indexOf[parameter.name]!]
        return (0..<parameter.count).map { pointer[$0] }
    }
}
