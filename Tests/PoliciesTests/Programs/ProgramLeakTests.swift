import Foundation
import Policies
import Testing

/// Runs a thousand decisions in a process of its own: other tests open files and start programs meanwhile.
@Suite struct ProgramLeakTests {
    @Test(.timeLimit(.minutes(5))) func aThousandDecisionsLeaveNothing() async {
        await #expect(processExitsWith: .success) {
            let script = try Script(
                #"""
                #!/bin/sh
                read -r request
                id=${request##*\"requestId\":\"}
                printf '{"protocol": 1, "requestId": "%s", ' "${id%%\"*}"
                case $request in
                *'"op":"hello"'*) echo '"name": "fast", "version": "1"}' ;;
                *) echo '"keep": ["c0"], "dropped": []}' ;;
                esac
                """#)
            let policy = script.policy()
            var standing = Standings.of([0.5])
            // What is set up once stays.
            _ = try await policy.decide(standing)
            let before = openDescriptors()
            for round in 0..<1_000 {
                standing.round = round
                guard try await policy.decide(standing).keep == ["c0"] else { exit(2) }
            }
            let after = openDescriptors()
            let left = children()
            if before != after || !left.isEmpty {
                print("descriptors \(before) and then \(after), children \(left)")
                exit(3)
            }
        }
    }
}

/// How many descriptors this process has open.
func openDescriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count ?? -1
}

/// The children of this process, zombies too, by number and state.
func children() -> [String] {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return processes.filter { $0.allSatisfy(\.isNumber) }.filter { process in
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return false }
        let words = text[end...].split(separator: " ")
        return words.count > 2 && words[2] == "\(getpid())"
    }
}
