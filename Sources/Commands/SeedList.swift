/// Seeds as people write them: a range as `0..9`, or numbers separated by commas.
enum SeedList {
    /// - Parameter option: for the message.
    /// - Throws: ``Usage`` where it is neither, or a number stands twice.
    static func read(_ text: String, option: String = "--seeds") throws -> [UInt64] {
        let wrong = Usage(message: "\(option): expected a range as 0..9 or numbers separated by commas, found \(text)")
        if let dots = text.range(of: "..") {
            guard let first = UInt64(text[..<dots.lowerBound]), let last = UInt64(text[dots.upperBound...]),
                first <= last, last - first < 10_000
            else { throw wrong }
            return Array(first...last)
        }
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { UInt64($0) }
        let read = numbers.compactMap { $0 }
        guard !read.isEmpty, read.count == numbers.count, Set(read).count == read.count else { throw wrong }
        return read
    }
}
