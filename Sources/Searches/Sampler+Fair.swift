import Architectures
import Foundations

extension Sampler {
    /// K children, K the largest number of living choices in a slot: the choices of every slot are permuted
    /// independently, child k takes the k-th of each, and a slot with fewer choices begins its permutation again.
    ///
    /// Where single children have been cut, some of the K may not live. The others stay, and children are added until
    /// every living choice is used at least once: from a list each time the child that uses most of the missing choices, of
    /// equals the first in a random order; in an open space, slot by slot, a uniform child among those with the missing
    /// choice (up to 1,000 draws; a choice whose children are nearly all cut can then miss this step).
    ///
    /// - Cost: one draw a choice; where a child is missing, children times slots for each added one.
    func fair(_ stream: inout RandomStream) -> [Child] {
        let choices = living.choices
        let orders = choices.map { choices in stream.permutation(choices.count).map { choices[$0] } }
        var children: [Child] = []
        for k in 0..<childrenPerStep {
            let child = Child(orders.map { $0[k % $0.count] })
            if living.contains(child), !children.contains(child) { children.append(child) }
        }
        if children.count < childrenPerStep { complete(&children, choices, &stream) }
        // Of slots without a choice there is one child, and it uses everything.
        return children.isEmpty ? [living.sample(&stream)] : children
    }

    private func complete(_ children: inout [Child], _ choices: [[UInt8]], _ stream: inout RandomStream) {
        var missing = choices.map(Set.init)
        func use(_ child: Child) { for (slot, choice) in child.choices.enumerated() { missing[slot].remove(choice) } }
        func uses(_ child: Child) -> Int { zip(child.choices, missing).count { $1.contains($0) } }
        children.forEach(use)
        if let list = living.list {
            let order = stream.permutation(list.count)
            while missing.contains(where: { !$0.isEmpty }) {
                var best = (place: order[0], uses: uses(list[order[0]]))
                for place in order.dropFirst() {
                    let found = uses(list[place])
                    if found > best.uses { best = (place, found) }
                }
                children.append(list[best.place])
                use(list[best.place])
            }
            return
        }
        for slot in choices.indices {
            for choice in choices[slot] where missing[slot].contains(choice) {
                for _ in 0..<1000 {
                    var tried = choices.map { $0[stream.below($0.count)] }
                    tried[slot] = choice
                    guard living.contains(Child(tried)) else { continue }
                    children.append(Child(tried))
                    use(Child(tried))
                    break
                }
            }
        }
    }
}
