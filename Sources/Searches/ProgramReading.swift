import Foundation
import Foundations
import Policies

extension ProgramSpecification {
    /// `{program: [words], timeout-seconds: 60, env: {NAME: text}, on-failure: stop, needs: [pairs]}`.
    ///
    /// A program is found from the folder of the file that names it, from the current one where a flag does.
    ///
    /// - Parameter locating: false takes the words as they are written, as a stored recipe has them.
    init(_ node: YAMLNode, locating: Bool) throws {
        var map = try node.mapping()
        let words = try map.required("program")
        let argv: [String]
        if case .scalar = words.tree.content {
            argv = [try words.string()]
        } else {
            argv = try words.list(count: 1...1_000).map { try $0.string() }
        }
        let longest = ProgramSpecification.longestTimeout
        let timeout = try map.double("timeout-seconds", in: 0...longest, default: 60)
        let env = try map.optional("env")?.entries().map { ($0.key, try $0.value.variable(named: $0.key)) } ?? []
        let needs = try map.optional("needs")?.list().map { try $0.choice(PolicyNeed.self) } ?? []
        let onFailure = try map.optional("on-failure").map { try OnFailure($0, locating: locating) } ?? .stop
        let folder = try map.optional("folder")?.string()
        try map.finish()
        self.init(
            argv: argv, folder: folder ?? "", timeoutSeconds: timeout,
            env: Dictionary(uniqueKeysWithValues: env), onFailure: onFailure, needs: Set(needs))
        if locating { self = try located(from: folder ?? node.folder, at: words) }
    }

    /// As ``located(from:)``; an error names the place that names the program.
    func located(from folder: String, at node: YAMLNode) throws -> ProgramSpecification {
        try node.naming { try located(from: folder) }
    }
}

extension ProgramSpecification.OnFailure {
    /// `stop`, `{fallback: policy}`, or the text `fallback: name`.
    init(_ node: YAMLNode, locating: Bool) throws {
        guard case .scalar(let text, _) = node.tree.content else {
            var map = try node.mapping()
            let policy = try PolicyValue(map.required("fallback"), locating: locating)
            try map.finish()
            switch policy {
            case .policy(let specification): self = .fallback(specification)
            case .word(let name): self = .fallback(PolicySpecification(use: name))
            default: throw node.error("expected stop or {fallback: policy}")
            }
            return
        }
        if text == "stop" {
            self = .stop
        } else if let name = text.wholeMatch(of: /fallback:\s*([a-z0-9-]+)/)?.1 {
            self = .fallback(PolicySpecification(use: String(name)))
        } else {
            throw node.error("expected stop or {fallback: policy}, found '\(text.shortened)'")
        }
    }
}

extension YAMLNode {
    /// The folder of the file this was written in; of the current folder where it was a flag or built in.
    fileprivate var folder: String {
        let source = tree.mark.source
        return source.isRegularFile && source.contains("/") ? parentFolder(of: source) : ""
    }

    /// The value of an environment variable.
    fileprivate func variable(named name: String) throws -> String {
        if name.isEmpty || name.contains("=") { throw error("expected the name of a variable, without '='") }
        let text = try string()
        if (name + text).utf8.contains(0) { throw error("an environment variable cannot hold a NUL") }
        return text
    }

    /// Makes a policy's error one of this place.
    func naming<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as PolicyError {
            var problem = self.error(error.description)
            problem.exitCode = error.exitCode
            throw problem
        }
    }
}
