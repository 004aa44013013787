import Commands

await EspalierCommand.main()
