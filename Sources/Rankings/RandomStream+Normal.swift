import Foundation
import Foundations

extension RandomStream {
    /// A standard normal number: Box and Muller's cosine of two uniform ones.
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - unitDouble())).squareRoot()
        return radius * cos(2 * .pi * unitDouble())
    }
}
