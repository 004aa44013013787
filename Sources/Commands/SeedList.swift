import ArgumentParser

/// Seeds as people write them: a range as `0..9`, or numbers separated by commas.
struct SeedList: Sendable, Hashable {
    let seeds: [UInt64]
    let text: String

    /// - Throws: a usage complaint that quotes the text.
    init(_ text: String, option: String = "--seeds") throws {
        let wrong = Usage(
            message: "\(option): expected a range as 0..9 or numbers separated by commas, found \(text)")
        self.text = text
        if let dots = text.range(of: "..") {
            guard let first = UInt64(text[..<dots.lowerBound]), let last = UInt64(text[dots.upperBound...]),
                first <= last, last - first < 10_000
            else { throw wrong }
            seeds = Array(first...last)
            return
        }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { UInt64($0) }
        let read = numbers.compactMap { $0 }
        guard !read.isEmpty, read.count == numbers.count, Set(read).count == read.count else { throw wrong }
        seeds = read
    }
}
