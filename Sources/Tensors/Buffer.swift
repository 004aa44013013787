import Foundations
import Glibc

/// `count` floats at a fixed address, zero at first, freed with the object.
///
/// Aligned to 64 bytes, as the kernels expect of blocks. From 2 MiB on the memory is mapped at a 2 MiB boundary and the
/// system is asked for huge pages, which saves most address look-ups of an arena.
///
/// Unchecked Sendable: a buffer is written by many workers at once, at places that its owner keeps apart.
package final class Buffer: @unchecked Sendable {
    package let pointer: UnsafeMutablePointer<Float>
    package let count: Int
    /// Bytes mapped, or 0 where the memory came from the allocator.
    private let mapped: Int
    private let start: UnsafeMutableRawPointer

    private static let hugePage = 2 << 20

    /// - Parameter count: at least 0; an empty buffer has a valid, unusable address.
    package init(count: Int) {
        require(count >= 0 && count <= Int.max / 8, "buffer of \(count) floats")
        let bytes = count * MemoryLayout<Float>.stride
        self.count = count
        if bytes >= Self.hugePage {
            let length = (bytes + Self.hugePage - 1) / Self.hugePage * Self.hugePage
            mapped = length + Self.hugePage
            let found = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            require(found != MAP_FAILED, "out of memory: \(mapped) bytes could not be mapped (errno \(errno))")
            start = found!
            let address = (Int(bitPattern: start) + Self.hugePage - 1) / Self.hugePage * Self.hugePage
            let aligned = UnsafeMutableRawPointer(bitPattern: address)!
            madvise(aligned, length, MADV_HUGEPAGE)  // advice only: small pages work too
            pointer = aligned.bindMemory(to: Float.self, capacity: count)
        } else {
            mapped = 0
            start = .allocate(byteCount: max(bytes, 64), alignment: 64)
            memset(start, 0, max(bytes, 64))
            pointer = start.bindMemory(to: Float.self, capacity: count)
        }
    }

    deinit {
        if mapped > 0 { munmap(start, mapped) } else { start.deallocate() }
    }

    /// The floats as a collection; valid while the buffer lives.
    package var floats: UnsafeMutableBufferPointer<Float> { .init(start: pointer, count: count) }
}
