import java.nio.file.Path;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.kernel.internal.GraphDatabaseAPI;
import org.neo4j.graphdb.Transaction;

/** Starts Neo4j with Bolt on a free loopback port and prints "READY port". Arguments: home folder, optional password. */
public final class Neo4jServer {
  public static void main(String[] arguments) throws Exception {
    String password = arguments.length > 1 ? arguments[1] : "";
    DatabaseManagementService service = new DatabaseManagementServiceBuilder(Path.of(arguments[0]))
        .setConfig(BoltConnector.enabled, true)
        .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", 0))
        .setConfig(GraphDatabaseSettings.auth_enabled, !password.isEmpty())
        .build();
    Runtime.getRuntime().addShutdownHook(new Thread(service::shutdown));
    if (!password.isEmpty()) {
      try (Transaction transaction = service.database("system").beginTx()) {
        transaction.execute("ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED",
            java.util.Map.of("password", password)).close();
        transaction.commit();
      }
    }
    GraphDatabaseAPI database = (GraphDatabaseAPI) service.database("neo4j");
    var ports = database.getDependencyResolver().resolveDependency(ConnectorPortRegister.class);
    System.out.println("READY " + ports.getLocalAddress(ConnectorType.BOLT).getPort());
    // The parent holds our standard input: when it dies, however it dies, this server goes too.
    while (System.in.read() >= 0) { }
    System.exit(0);
  }
}
