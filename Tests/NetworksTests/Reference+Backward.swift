import Architectures
import Glibc

extension Reference {
    /// The mean cross entropy; afterwards ``gradients`` holds its gradient by parameter name.
    mutating func loss(labels: [Int]) -> Double {
        let logits = values[graph.output]
        var flow = graph.nodes.map { Volume(logits.n, $0.shape) }
        var loss = 0.0
        for n in 0..<logits.n {
            let row = logits.values[n * logits.c..<(n + 1) * logits.c]
            let top = row.max()!
            let total = row.reduce(0) { $0 + exp($1 - top) }
            loss += log(total) + top - row[row.startIndex + labels[n]]
            for (o, z) in row.enumerated() {
                flow[graph.output].values[n * logits.c + o] =
                    (exp(z - top) / total - (o == labels[n] ? 1 : 0)) / Double(logits.n)
            }
        }
        for node in graph.nodes {
            for parameter in node.parameters where parameter.role.isLearnt {
                gradients[parameter.name] = Array(repeating: 0, count: parameter.count)
            }
        }
        for index in graph.nodes.indices.dropFirst().reversed() { backward(index, &flow) }
        return loss / Double(logits.n)
    }

    private mutating func backward(_ index: Int, _ flow: inout [Volume]) {
        let node = graph.nodes[index]
        let dy = flow[index]
        guard let first = node.inputs.first else { return }
        let x = values[first]
        let name = node.parameters.first?.name ?? ""
        let weight = weights[name] ?? []
        var dw = gradients[name] ?? []
        var dx = flow[first]
        switch node.layer {
        case .input, .zero: return
        case .convolution(let window, let output):
            let size = window.kernel * window.kernel
            for image in 0..<x.n {
                for o in 0..<output {
                    for i in 0..<x.c {
                        taps(window, x, dy, image: image, from: i, to: o) { out, tap, at in
                            let k = (o * x.c + i) * size + tap
                            dw[k] += dy.values[out] * x.values[at]
                            dx.values[at] += dy.values[out] * weight[k]
                        }
                    }
                }
            }
        case .depthwise(let window):
            let size = window.kernel * window.kernel
            eachPool(window, x, dy) { out, tap, at in
                let k = out / (dy.h * dy.w) % dy.c * size + tap
                dw[k] += dy.values[out] * x.values[at]
                dx.values[at] += dy.values[out] * weight[k]
            }
        case .batchNorm(let affine):
            var db = Array(repeating: 0.0, count: x.c)
            let count = Double(x.n * x.h * x.w)
            for c in 0..<x.c {
                let (mean, variance) = moments(x, c)
                let inverse = 1 / (variance + 1e-5).squareRoot()
                let gain = affine ? weight[c] : 1
                var (sum, sumX) = (0.0, 0.0)
                x.forEach { _, channel, _, _, k in
                    guard channel == c else { return }
                    sum += dy.values[k]
                    sumX += dy.values[k] * (x.values[k] - mean) * inverse
                }
                x.forEach { _, channel, _, _, k in
                    guard channel == c else { return }
                    let hat = (x.values[k] - mean) * inverse
                    dx.values[k] += gain * inverse * (dy.values[k] - sum / count - hat * sumX / count)
                }
                db[c] = sum
                if affine { dw[c] += sumX }
            }
            if affine { add(db, to: node.parameters[1].name) }
        case .relu: for k in x.values.indices where x.values[k] > 0 { dx.values[k] += dy.values[k] }
        case .maxPool(let window):
            var winner = Array(repeating: -1, count: dy.values.count)
            eachPool(window, x, dy) { out, _, at in
                if winner[out] < 0 || x.values[at] > x.values[winner[out]] { winner[out] = at }
            }
            for (out, at) in winner.enumerated() { dx.values[at] += dy.values[out] }
        case .averagePool(let window):
            var counts = Array(repeating: 0.0, count: dy.values.count)
            eachPool(window, x, dy) { out, _, _ in counts[out] += 1 }
            eachPool(window, x, dy) { out, _, at in dx.values[at] += dy.values[out] / counts[out] }
        case .sum:
            for input in node.inputs {
                for k in dy.values.indices { flow[input].values[k] += dy.values[k] }
            }
            return
        case .concatenation:
            eachPart(node.inputs.map { values[$0] }, dy) { part, from, to in
                flow[node.inputs[part]].values[from] += dy.values[to]
            }
            return
        case .globalAveragePool:
            let pixels = Double(x.h * x.w)
            x.forEach { n, c, _, _, k in dx.values[k] += dy.values[n * x.c + c] / pixels }
        case .linear:
            var db = Array(repeating: 0.0, count: dy.c)
            for n in 0..<dy.n {
                for o in 0..<dy.c {
                    let d = dy.values[n * dy.c + o]
                    db[o] += d
                    for i in 0..<x.c {
                        dw[o * x.c + i] += d * x.values[n * x.c + i]
                        dx.values[n * x.c + i] += d * weight[o * x.c + i]
                    }
                }
            }
            add(db, to: node.parameters[1].name)
        }
        flow[first] = dx
        if gradients[name] != nil { gradients[name] = dw }
    }

    private mutating func add(_ values: [Double], to name: String) {
        for k in values.indices { gradients[name]![k] += values[k] }
    }
}
