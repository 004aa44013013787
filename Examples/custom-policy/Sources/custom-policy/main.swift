import Commands
import CustomPolicies

await EspalierCommand.main(policies: [.keepWithin])
