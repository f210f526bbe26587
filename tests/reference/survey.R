# Figures of R's package survey for survey_sample.csv, written to survey_numbers.csv.
# Run in this folder: Rscript survey.R. The numbers kept here came from R 4.2.2 and survey 4.1-1.
suppressMessages(library(survey))
d <- read.csv("survey_sample.csv")
d$high <- as.numeric(d$y >= 520)
named <- function(prefix) d[, grep(paste0("^", prefix), names(d))]
rep_design <- function(prefix, ...) {
  svrepdesign(data = d, weights = ~w, repweights = named(prefix), combined.weights = TRUE, mse = TRUE, ...)
}
# One replicate a zone: the first of each pair of jkn's, which drops half 0 and doubles half 1.
first <- seq(1, 16, by = 2)
designs <- list(
  clusters = svydesign(ids = ~school, strata = ~stratum, weights = ~w, data = d),
  fpc = svydesign(ids = ~school, strata = ~stratum, weights = ~w, fpc = ~population, data = d),
  rows = svydesign(ids = ~1, weights = ~w, data = d),
  brr = rep_design("brr", type = "BRR"),
  fay = rep_design("fay", type = "Fay", rho = 0.5),
  jk1 = rep_design("jk1_", type = "JK1", scale = 15 / 16),
  jkn = rep_design("jkn", type = "JKn", scale = 1, rscales = rep(0.5, 16)),
  jk2 = svrepdesign(data = d, weights = ~w, repweights = named("jkn")[, first], combined.weights = TRUE, mse = TRUE,
                    type = "other", scale = 1, rscales = rep(1, 8))
)
out <- data.frame()
put <- function(design, figure, term, estimate, se, df) {
  out <<- rbind(out, data.frame(design, figure, term, estimate = sprintf("%.12g", estimate),
                                standard_error = sprintf("%.12g", se), df = sprintf("%.12g", df)))
}
for (name in names(designs)) {
  s <- designs[[name]]
  m <- svymean(~y, s); put(name, "mean", "y", coef(m), SE(m), degf(s))
  m <- svymean(~high, s); put(name, "share", "y >= 520", coef(m), SE(m), degf(s))
  for (sex in c("boy", "girl")) {
    part <- s[d$sex == sex, ]
    m <- svymean(~y, part); put(name, "mean_by_sex", sex, coef(m), SE(m), degf(part))
  }
  kind <- if (inherits(s, "svyrep.design")) "quantile" else "mean"
  q <- suppressWarnings(svyquantile(~y, s, c(0.25, 0.5, 0.9), interval.type = kind, qrule = "math"))
  put(name, "quantile", c("0.25", "0.5", "0.9"), coef(q), SE(q), degf(s))
  g <- svyglm(y ~ x + sex, s); put(name, "regression", c("Intercept", "x", "sex[T.girl]"), coef(g), SE(g), NA)
}
# Plausible values: the five means combined by Rubin's rules, the sampling variance from all or from the first.
for (name in c("fay", "jk2", "clusters")) {
  s <- designs[[name]]
  each <- lapply(1:5, function(i) svymean(as.formula(paste0("~pv", i)), s))
  theta <- sapply(each, coef); u <- sapply(each, function(m) as.numeric(SE(m))^2)
  put(name, "pv_every_value", "score", mean(theta), sqrt(mean(u) + 1.2 * var(theta)), NA)
  put(name, "pv_first_value", "score", mean(theta), sqrt(u[1] + 1.2 * var(theta)), NA)
  each <- lapply(1:5, function(i) svyglm(as.formula(paste0("pv", i, " ~ x")), s))
  theta <- sapply(each, coef); u <- sapply(each, function(m) as.numeric(SE(m))^2)
  put(name, "pv_regression", c("Intercept", "x"), rowMeans(theta), sqrt(rowMeans(u) + 1.2 * apply(theta, 1, var)), NA)
}
write.csv(out, "survey_numbers.csv", row.names = FALSE, quote = FALSE)
