import Checkpoints
import Foundation
import Foundations
import Searches
import Testing

/// Runs that begin with weights from a safetensors file.
@Suite struct ImportTests {
    private func export(_ scratch: Scratch) async throws -> [Safetensors.Tensor] {
        let record = try await scratch.search(Micro.recipe())
        return try StoredChild.read(try #require(record.best), of: "micro", scratch.store()).tensors()
    }

    private func write(_ tensors: [Safetensors.Tensor], _ scratch: Scratch, _ name: String = "w") throws -> String {
        let path = "\(scratch.root)/\(name).safetensors"
        try Data(try Safetensors.file(tensors, metadata: [:])).write(to: URL(filePath: path))
        return path
    }

    private func importing(_ file: String, as name: String, _ scratch: Scratch) throws -> ImportedWeights {
        try ProgressiveSearch.importing(
            file, as: name, recipe: Micro.recipe(), in: scratch.root, execution: Execution(threads: 1))
    }

    @Test func everyGroupBeginsWithTheFilesWeights() async throws {
        let scratch = try Scratch()
        let tensors = try await export(scratch)
        let file = try write(tensors, scratch)
        let imported = try importing(file, as: "warm", scratch)
        #expect(imported.tensors == tensors.count && imported.parameters > tensors.count)
        let best = try #require(try scratch.recorded().best)
        let stored = try StoredChild.read(best, of: "warm", scratch.store("warm")).tensors()
        #expect(stored.map(\.name) == tensors.map(\.name) && stored.map(\.bytes) == tensors.map(\.bytes))
        // What the file does not hold is as the seed makes it.
        #expect(try scratch.recorded("warm").origin?.file == file)
        let record = try await scratch.resume("warm")
        let cold = try scratch.recorded().digest
        #expect(record.phase == "DONE" && record.digest != cold)
        #expect(record.rounds[0].scores != (try scratch.recorded().record(storeBytes: 0).rounds[0].scores))
        // The same weights again, in another order, are the same run, killed or not.
        _ = try importing(try write(tensors.reversed(), scratch, "r"), as: "again", scratch)
        _ = await failure { try await scratch.resume("again", observer: Watcher(.crashAtCall(40))) }
        #expect(try await scratch.resume("again").digest == record.digest)
    }

    @Test func whatDoesNotFitIsRefusedAndLeavesNoRun() async throws {
        let scratch = try Scratch()
        let tensors = try await export(scratch)
        func refusal(_ tensors: [Safetensors.Tensor]) async throws -> String {
            let file = try write(tensors, scratch)
            let error = await failure { try importing(file, as: "warm", scratch) }
            #expect(!FileManager.default.fileExists(atPath: scratch.root + "/warm"))
            return (error as? any Complaint).map {
                "\($0.exitCode.rawValue) \($0.message.replacingOccurrences(of: file, with: "F"))"
            } ?? "no error"
        }
        #expect(try await refusal([]) == "2 F: it holds no tensors")
        let first = tensors[0]
        #expect(
            try await refusal([.init(name: "net.stem.0.wieght", shape: first.shape, floats: first.floats ?? [])])
                == "2 F: tensor net.stem.0.wieght: the space has no such parameter, did you mean net.stem.0.weight?")
        #expect(
            try await refusal([.init(name: first.name, shape: [3], floats: [1, 2, 3])])
                == "2 F: tensor \(first.name): shape [3], expected \(first.shape)")
        let count = try #require(tensors.first { $0.integers != nil })
        #expect(
            try await refusal([.init(name: count.name, shape: [], floats: [1])])
                == "2 F: tensor \(count.name): expected one I64")
        #expect(
            try await refusal([.init(name: first.name, shape: [], integers: [1])])
                == "2 F: tensor \(first.name): expected F32")
    }
}
