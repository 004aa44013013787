import Rankings

/// The audit for programs, numbers in full: schema `espalier.audit/1`.
extension RunAudit: Encodable {
    private enum Key: String, CodingKey {
        case schema, run, children, top, likelyBest, rounds, losses, biases, changes, pickRegret
    }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: Key.self)
        try box.encode("espalier.audit/1", forKey: .schema)
        try box.encode(run, forKey: .run)
        try box.encode(regret.children, forKey: .children)
        try box.encode(regret.top, forKey: .top)
        try box.encode(regret.likely, forKey: .likelyBest)
        try box.encode(regret.rounds, forKey: .rounds)
        try box.encode(losses, forKey: .losses)
        try box.encode(biases, forKey: .biases)
        try box.encode(changes, forKey: .changes)
        try box.encode(pickRegret, forKey: .pickRegret)
    }
}
