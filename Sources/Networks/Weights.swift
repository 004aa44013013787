/// Reads and writes parameter values by slot; the supernet's arenas stand behind it.
package protocol Weights: AnyObject {
    /// The values of a learnt parameter or a statistic.
    func values(_ slot: WeightSlot) -> UnsafeMutablePointer<Float>
    /// The gradient of a learnt parameter, in the same order; gradients are added to it.
    func gradient(_ slot: WeightSlot) -> UnsafeMutablePointer<Float>
}
