extension RankingMeasures: Encodable {
    private enum CodingKeys: String, CodingKey {
        case tauB, pValue, tauA, spearman, weightedTau, sparseTau, rankBiasedOverlap, topRank, topRankPaper
        case precisionTop, precisionBottom, regret, regretUnderNoise, hit, inside
    }

    /// Undefined figures are `null`; what needs a truth with errors is left out without one.
    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(tauB, forKey: .tauB)
        try box.encode(pValue, forKey: .pValue)
        try box.encode(tauA, forKey: .tauA)
        try box.encode(spearman, forKey: .spearman)
        try box.encode(weightedTau, forKey: .weightedTau)
        try box.encode(sparseTau, forKey: .sparseTau)
        try box.encode(rankBiasedOverlap, forKey: .rankBiasedOverlap)
        try box.encode(topRank, forKey: .topRank)
        try box.encode(topRankPaper, forKey: .topRankPaper)
        try box.encode(precisionTop, forKey: .precisionTop)
        try box.encode(precisionBottom, forKey: .precisionBottom)
        try box.encode(regret, forKey: .regret)
        try box.encodeIfPresent(regretUnderNoise, forKey: .regretUnderNoise)
        try box.encodeIfPresent(hit, forKey: .hit)
        try box.encode(inside, forKey: .inside)
    }
}

extension RankingMeasures.Inside: Encodable {
    private enum CodingKeys: String, CodingKey { case tauB, tauA }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(tauB, forKey: .tauB)
        try box.encode(tauA, forKey: .tauA)
    }
}
