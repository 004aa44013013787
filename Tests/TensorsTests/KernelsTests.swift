import CKernels
import Foundations
import Tensors
import Testing

@Suite struct KernelsTests {
    @Test func nilPicksTheBest() throws {
        let best = try Kernels.select(named: nil)
        #expect(best.level == Kernels.available.first?.level)
        #expect(Kernels.available.last?.level == .portable)
        for kernels in Kernels.available {
            #expect(try Kernels.select(named: kernels.level.rawValue).level == kernels.level)
            #expect(String(cString: kernels.table.pointee.name) == kernels.level.rawValue)
        }
    }

    @Test func anUnknownLevelNamesTheKnownOnes() {
        let error = #expect(throws: TensorsError.self) { try Kernels.select(named: "v5") }
        let runs = Kernels.available.map(\.level.rawValue).joined(separator: ", ")
        #expect(
            error?.message == "unknown kernel level 'v5': known are v4, v3, portable, this CPU runs \(runs)")
        #expect(error?.hint == "did you mean 'v3'?")
        #expect(error?.exitCode == .usage)
    }

    @Test func aLevelThisCPULacksSaysSo() {
        let runs = Kernels.available.map(\.level.rawValue).joined(separator: ", ")
        #expect(
            TensorsError.unsupportedLevel(.v4).message
                == "kernel level 'v4' does not run on this CPU, which runs \(runs)")
        #expect(TensorsError.unsupportedLevel(.v4).hint.hasPrefix("leave the level unset"))
    }
}

@Suite struct BufferTests {
    @Test(arguments: [0, 1, 17, 1 << 18, (1 << 19) - 1, 1 << 19, (1 << 19) + 1, 3 << 20])
    func alignedAndZero(count: Int) {
        let buffer = Buffer(count: count)
        #expect(buffer.count == count)
        #expect(Int(bitPattern: buffer.pointer) % (count >= 1 << 19 ? 2 << 20 : 64) == 0)
        #expect(buffer.floats.allSatisfy { $0 == 0 })
        for i in 0..<count { buffer.pointer[i] = Float(i % 7) }
        #expect(buffer.floats.indices.allSatisfy { buffer.floats[$0] == Float($0 % 7) })
    }
}

@Suite struct BLASTests {
    @Test func namesItsCore() {
        BLAS.pinToOneThread()
        #expect(!BLAS.coreName.isEmpty)
    }

    @Test func emptyProducts() {
        var c: [Float] = [1, 2]
        BLAS.multiply(rows: 1, columns: 2, inner: 0, [], leadingA: 1, [], leadingB: 2, beta: 3, into: &c, leadingC: 2)
        #expect(c == [3, 6])
        BLAS.multiply(rows: 0, columns: 2, inner: 1, [], leadingA: 1, [1, 1], leadingB: 2, into: &c, leadingC: 2)
        #expect(c == [3, 6])
    }

    @Test func aShortLeadingDimensionFails() async {
        await #expect(processExitsWith: .failure) {
            var c: [Float] = [0]
            let a: [Float] = [1, 1]
            BLAS.multiply(rows: 1, columns: 1, inner: 2, a, leadingA: 1, a, leadingB: 1, into: &c, leadingC: 1)
        }
    }
}
