extension ComparisonRecord {
    /// How far apart arms may be in charged multiply-adds: largest / smallest - 1.
    package static let allowedGap = 0.005

    /// How far apart the arms' mean charged multiply-adds are: largest / smallest - 1; nil without two arms that ran.
    package var costGap: Double? {
        let means = arms.filter { !$0.seeds.isEmpty }.map { arm in
            arm.seeds.reduce(0.0) { $0 + Double($1.macs) } / Double(arm.seeds.count)
        }
        guard means.count > 1, let least = means.min(), let most = means.max(), least > 0 else { return nil }
        return most / least - 1
    }
}
