import Rankings

/// The published stand-alone accuracies of the 64 children, in per cent to two digits: mean and deviation over 10 runs.
///
/// Source: Zhang et al., "Deeper Insights into Weight Sharing in Neural Architecture Search", 2020.
enum PublishedTable {
    static let rows = """
        111 70.14 .38, 112 78.52 .62, 113 81.12 .36, 114 79.85 .49, 121 78.51 .85, 122 81.91 .40, 123 83.05 .35,
        124 82.85 .23, 131 80.99 .39, 132 83.19 .41, 133 83.37 .38, 134 83.09 .43, 141 79.85 .62, 142 82.80 .29,
        143 83.25 .19, 144 82.12 .42, 211 79.29 .55, 212 82.04 .53, 213 83.20 .38, 214 83.06 .45, 221 81.42 .49,
        222 83.30 .46, 223 84.08 .61, 224 84.29 .44, 231 83.02 .35, 232 83.67 .43, 233 84.31 .48, 234 84.41 .32,
        241 83.00 .42, 242 84.02 .32, 243 84.39 .57, 244 84.40 .32, 311 81.57 .50, 312 83.05 .35, 313 83.56 .37,
        314 83.42 .31, 321 82.92 .33, 322 84.04 .33, 323 84.67 .24, 324 84.56 .34, 331 83.23 .44, 332 84.06 .48,
        333 84.73 .39, 334 84.67 .48, 341 83.22 .24, 342 84.43 .48, 343 84.65 .43, 344 84.49 .25, 411 80.66 .82,
        412 83.00 .44, 413 83.16 .27, 414 83.01 .52, 421 83.01 .45, 422 84.70 .47, 423 84.76 .49, 424 84.73 .42,
        431 83.17 .50, 432 84.72 .44, 433 85.07 .36, 434 85.16 .34, 441 82.89 .50, 442 84.58 .41, 443 84.98 .20,
        444 84.82 .39
        """.split { $0 == "," || $0 == "\n" }.map { $0.split(separator: " ").map(String.init) }.filter { !$0.isEmpty }

    static func truth() throws -> TruthTable {
        try TruthTable(
            labels: rows.map { $0[0] }, means: rows.map { Double($0[1]) ?? .nan },
            stds: rows.map { Double($0[2]) ?? .nan },
            runs: rows.map { _ in 10 })
    }

    /// Digits of a label: 1 max pool, 2 separable 3x3, 3 separable 5x5, 4 dilated 5x5.
    static func uses(_ digit: Character) -> [Int] { rows.map { $0[0].count { $0 == digit } } }

    /// 24,858 and what each operator adds, in two cells; MACs are 1,024 times as many and a constant.
    static let params = rows.map { row in
        24_858 + row[0].reduce(0) { $0 + (["1": 0, "2": 3_200, "3": 5_248, "4": 2_624][$1] ?? 0) }
    }
}
