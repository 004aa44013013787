import Architectures
import Foundations

/// Where each parameter of a supernet lies inside an arena: learnt ones in one run of floats, statistics in another.
package struct ParameterLayout: Sendable {
    package let parameters: [Parameter]
    /// First float of each parameter, within learnt values or within statistics by its role.
    package let offsets: [Int]
    package let learntCount: Int
    package let statisticCount: Int
    private let indexOf: [String: Int]

    package init(_ parameters: [Parameter]) {
        var offsets: [Int] = []
        var learnt = 0
        var statistics = 0
        var indexOf: [String: Int] = [:]
        for (index, parameter) in parameters.enumerated() {
            require(indexOf.updateValue(index, forKey: parameter.name) == nil, "parameter \(parameter.name) twice")
            if parameter.role.isLearnt {
                offsets.append(learnt)
                learnt += parameter.count
            } else {
                offsets.append(statistics)
                statistics += parameter.count
            }
        }
        self.parameters = parameters
        self.offsets = offsets
        self.indexOf = indexOf
        learntCount = learnt
        statisticCount = statistics
    }

    /// The index of a parameter by name, which must exist.
    package func index(_ parameter: Parameter) -> Int {
        guard let index = indexOf[parameter.name] else {
            require(false, "parameter \(parameter.name) is not in the layout")
            return 0
        }
        return index
    }
}
