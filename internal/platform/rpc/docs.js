"use strict";

// Swagger UI filters tags by their names only; a reader searches for an operation.
const searchOperations = () => ({
  fn: {
    opsFilter: (taggedOperations, phrase) => {
      const wanted = phrase.toLowerCase();
      const matches = (o) =>
        [o.get("method"), o.get("path"), o.getIn(["operation", "operationId"]), o.getIn(["operation", "summary"])]
          .join(" ").toLowerCase().includes(wanted);
      return taggedOperations
        .map((tag) => tag.set("operations", tag.get("operations").filter(matches)))
        .filter((tag) => tag.get("operations").size > 0);
    },
  },
});

window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: true,
  defaultModelsExpandDepth: -1,
  showCommonExtensions: true,
  validatorUrl: null,
  plugins: [searchOperations],
  onComplete: () => {
    document.querySelector(".operation-filter-input").placeholder = "Search operations, such as reverse or /v1/vendors";
  },
});
