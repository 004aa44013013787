extension MetricsReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case schema, children, rows, steps, gtTau, pValue, gtTauOverChildren, tauA, spearman, weightedTau, sparseTau
        case rankBiasedOverlap, topRank, topRankPaper, precisionTop, precisionBottom, regret, regretUnderNoise, hit
        case likelyBest, sTau, stability, tauInf, ceiling, last, subsets, free, notes
    }

    /// Undefined figures are `null`; what needs steps, a truth with errors or a question not asked is left out without.
    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(schema, forKey: .schema)
        try box.encode(children, forKey: .children)
        try box.encode(rows, forKey: .rows)
        try box.encodeIfPresent(steps, forKey: .steps)
        try box.encode(gtTau, forKey: .gtTau)
        try box.encode(pValue, forKey: .pValue)
        try box.encode(gtTauOverChildren, forKey: .gtTauOverChildren)
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
        try box.encodeIfPresent(likelyBest, forKey: .likelyBest)
        try box.encode(sTau, forKey: .sTau)
        try box.encode(stability, forKey: .stability)
        try box.encode(tauInf, forKey: .tauInf)
        try box.encodeIfPresent(ceiling, forKey: .ceiling)
        try box.encodeIfPresent(last, forKey: .last)
        try box.encode(subsets, forKey: .subsets)
        try box.encode(free, forKey: .free)
        try box.encode(notes, forKey: .notes)
    }
}
