import Checkpoints
import Foundation
import Foundations

extension ComparisonFile {
    /// A part of a comparison: where its runs are.
    package struct Part: Sendable, Hashable {
        package let name: String
        package let root: String

        /// `NAME` of this folder, or `FOLDER/NAME` of another.
        package init(_ text: String, in root: String) {
            guard let slash = text.lastIndex(of: "/") else {
                (name, self.root) = (text, root)
                return
            }
            name = String(text[text.index(after: slash)...])
            self.root = slash == text.startIndex ? "/" : String(text[..<slash])
        }
    }

    /// One comparison of the runs of several: shards of one plan, or parts with seeds of their own. Of a verdict too,
    /// where the arms and recipes are the same.
    ///
    /// Runs stay where they are, and the merged file says where. Of a run that several parts hold the finished one is
    /// taken; where both are finished they have to be the same.
    ///
    /// - Throws: ``SearchError/noComparison(name:root:)`` for a part that is none; ``SearchError/unequalArms(_:)`` where
    ///   arms of one name were made with other recipes, or runs of one name differ;
    ///   ``SearchError/otherImages(of:than:expected:found:)`` where runs have seen different images; those of
    ///   ``merged(with:)``.
    package static func merge(_ parts: [Part], into name: String, in root: String) throws -> ComparisonFile {
        _ = try RunFolder(root: root, name: name)
        var merged = try find(name, in: root)
        for part in parts {
            guard let file = try find(part.name, in: part.root) else {
                throw SearchError.noComparison(name: part.name, root: part.root)
            }
            let moved = try file.moved(from: part.root, to: root, called: name)
            try moved.checkRecipes(merged)
            merged = try moved.merged(with: merged, isPart: true, in: root)
        }
        guard let merged else { throw SearchError.noComparison(name: name, root: root) }
        try checkSame(merged.images(in: root))
        try merged.write(in: root)
        return merged
    }

    private func checkRecipes(_ other: ComparisonFile?) throws {
        for arm in arms {
            guard let theirs = other?.arms.first(where: { $0.name == arm.name }) else { continue }
            if theirs.recipe != arm.recipe {
                throw SearchError.unequalArms("the parts' arms called \(arm.name) were made with different recipes")
            }
        }
    }

    /// The same runs as another folder's comparison names them; those that are not made yet get its own names.
    private func moved(from old: String, to new: String, called name: String) throws -> ComparisonFile {
        let isHere = Self.absolute(old) == Self.absolute(new)
        return ComparisonFile(
            name: name,
            arms: try arms.map { arm in
                Arm(
                    name: arm.name, purpose: arm.purpose, recipe: arm.recipe, role: arm.role, choice: arm.choice,
                    paper: arm.paper,
                    runs: try arm.runs.map { member in
                        let place = try member.folder(in: old)
                        guard place.exists else {
                            return Member(seed: member.seed, run: name + member.run.dropFirst(self.name.count))
                        }
                        let isBeside = isHere && member.root == nil
                        return Member(
                            seed: member.seed, run: member.run, root: isBeside ? nil : Self.absolute(place.root))
                    })
            }, picks: picks, isJoined: isJoined)
    }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}

extension ComparisonFile.Member {
    /// Which of two places a run is taken from.
    func better(than other: ComparisonFile.Member, in root: String) throws -> Bool {
        let (mine, theirs) = (try folder(in: root), try other.folder(in: root))
        guard mine != theirs, mine.exists else { return false }
        guard theirs.exists else { return true }
        let (new, old) = (try mine.recorded(), try theirs.recorded())
        guard new.head.phase == .done else { return false }
        guard old.head.phase == .done else { return true }
        guard new.digest == old.digest else {
            throw SearchError.unequalArms("\(mine.path) and \(theirs.path) are different runs")
        }
        return false
    }
}
