import Foundation
import Searches

extension Shard {
    /// `i/n`, or `slurm` for what the job array's task says of itself.
    ///
    /// - Throws: a usage complaint that says what was expected and found.
    init(option text: String, environment: [String: String]) throws {
        guard text != "slurm" else {
            self = try .slurm(environment)
            return
        }
        guard let shard = Shard(text) else {
            throw Usage(
                message: "--shard: expected i/n with i from 0 to n - 1 or from 1 to n, or slurm, found \(text)")
        }
        self = shard
    }

    /// Tasks of an array are numbered from anywhere, but without gaps.
    private static func slurm(_ environment: [String: String]) throws -> Shard {
        func number(_ name: String) -> Int? { environment["SLURM_ARRAY_TASK_\(name)"].flatMap { Int($0) } }
        guard let id = number("ID"), let count = number("COUNT") else {
            throw Usage(
                message: "--shard slurm: SLURM_ARRAY_TASK_ID and SLURM_ARRAY_TASK_COUNT are not set",
                hint: "it is for the tasks of a job array (sbatch --array=0-9); elsewhere take --shard i/n")
        }
        let least = number("MIN")
        if let least, let most = number("MAX"), most - least + 1 != count {
            throw Usage(
                message:
                    "--shard slurm: the array's \(count) tasks are numbered from \(least) to \(most), expected no gaps",
                hint: "sbatch --array=0-\(count - 1)")
        }
        guard let shard = Shard(index: id - (least ?? 0), count: count) else {
            throw Usage(
                message: "--shard slurm: task \(id) of \(count) tasks, expected a number from 0 or 1 on",
                hint: "sbatch --array=0-\(max(0, count - 1))")
        }
        return shard
    }
}
