internal import Foundations
internal import Glibc

/// Brings one archive into `NAME.part`, going on where an earlier try or an earlier call has stopped.
struct Download {
    let archive: RemoteArchive
    let url: String
    let folder: FetchFolder
    let limits: FetchLimits
    let environment: [String: String]
    let observer: any FetchObserver

    var path: String { folder[archive.name + ".part"] }

    /// - Throws: ``DatasetError``: status 4 where the file cannot be had or is a wrong one (then the part is removed), 11 where
    ///   it cannot be written; ``FetchStopped``.
    func run() async throws {
        let part = try PartFile(path, limit: archive.size)
        if part.size > archive.size { try part.empty() }
        do {
            try await receive(part)
        } catch {
            // What came is gone on with, so it is worth keeping.
            try? part.sync()
            throw error
        }
        try part.sync()
        let found = try part.digest()
        guard found == archive.sha256 else {
            unlink(path)
            throw DatasetError(
                url, "has SHA-256 \(found), expected \(archive.sha256)",
                hint: "what came was removed; try again, or give --mirror URL of another server")
        }
    }

    private func receive(_ part: PartFile) async throws {
        var (tries, most, ranges) = (0, part.size, true)
        while part.size < archive.size {
            if observer.signal != 0 { throw FetchStopped(signal: observer.signal) }
            if !ranges { try part.empty() }
            let start = part.size
            let cause: String
            let failed = try await attempt(part)
            try refuseOther(part)
            switch failed {
            case nil where part.size == start:
                throw failure("ends after \(start) bytes, expected \(archive.size)")
            case nil: cause = "the answer ended after \(part.size) of \(archive.size) bytes"
            case .passing(let words): cause = words
            case .noRanges where start > 0:
                observer.note("\(archive.name): the server cannot continue a file; beginning anew")
                ranges = false
                continue
            case .noRanges: throw failure("the server answers that there is no such part")
            case .tooLong: throw failure("is longer than the \(archive.size) bytes expected")
            case .lasting(let words): throw failure("cannot be fetched: \(words)")
            }
            if part.size == archive.size { return }
            // Whoever brings something new is not at his last try.
            tries = part.size > most ? 1 : tries + 1
            most = max(most, part.size)
            guard tries < limits.tries else {
                throw failure("cannot be fetched: \(cause), \(tries) times in a row")
            }
            let pause = limits.pauseSeconds * Double(1 << min(tries - 1, 10))
            observer.note("\(archive.name): \(cause); trying again in \(Int(pause.rounded(.up))) s")
            try await wait(pause)
        }
    }

    /// Empties a part that is no archive, such as the page of a portal that asks for a password.
    private func refuseOther(_ part: PartFile) throws {
        let beginning = try part.beginning(80)
        // What all archives of the table begin with: gzip.
        guard beginning.count >= 2, !beginning.starts(with: [0x1F, 0x8B]) else { return }
        try part.empty()
        throw DatasetError(
            url, "is no gzip archive: it begins with \(beginning.quoted(upTo: 40))",
            hint: "what came was removed; try again, or give --mirror URL of another server")
    }

    /// One run of curl.
    private func attempt(_ part: PartFile) async throws -> Curl.Failure? {
        do {
            let arguments = Curl.arguments(url: url, start: part.size, size: archive.size, limits: limits)
            let program = try await OutsideProgram.run("curl", arguments, environment: environment, observer: observer)
            {
                try part.append($0)
                observer.received(archive.name, bytes: part.size, of: archive.size)
            }
            return Curl.failure(program)
        } catch is PartFile.Overflow {
            // What came is not the beginning of what we want.
            try part.empty()
            return .tooLong
        }
    }

    private func wait(_ seconds: Double) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if observer.signal != 0 { throw FetchStopped(signal: observer.signal) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func failure(_ problem: String) -> DatasetError {
        DatasetError(
            url, problem,
            hint: "what came so far is kept and continued by the same command; --mirror URL names another server")
    }
}
