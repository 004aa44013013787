import Foundations
import Reports
import Searches

/// How a search ends for the one who started it.
enum RunOutcome {
    static func finish(_ search: ProgressiveSearch, watch: Watch, store: StoreOptions, json: Bool) async throws {
        do {
            let record = try await search.run()
            watch.clear()
            show(record, json: json)
        } catch let stopped as SearchStopped {
            watch.clear()
            Output.error("stopped; everything done is durable. Go on with: \(resume(search.name, store))")
            throw stopped
        } catch {
            watch.clear()
            throw error
        }
    }

    static func show(_ record: RunRecord, json: Bool) {
        if json { return Output.json(record) }
        Output.line(RunText.summary(record))
    }

    static func resume(_ run: String, _ store: StoreOptions) -> String {
        let place = store.checkpoints == "checkpoints" ? "" : " --checkpoints \(store.checkpoints)"
        return "espalier resume \(run)\(place)"
    }
}
